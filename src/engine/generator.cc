#include "busyhour/generator.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/pipe.h"
#include "job/job_options.h"
#include "logs/worlds.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

class FunctionSink : public Sink {
 public:
  explicit FunctionSink(const std::function<bool(std::string_view)>& write)
      : write_(write) {}

  Status Write(std::span<const std::string_view> spans) override {
    for (const std::string_view span : spans) {
      if (!write_(span)) return Status::Closed();
    }
    return Status::Ok();
  }
  Status Finish() override { return Status::Ok(); }

 private:
  const std::function<bool(std::string_view)>& write_;
};

// Problems carry the option names of `busyhour generate`.
JobSpec SpecOf(const GeneratorOptions& options,
               std::vector<Problem>& problems) {
  JobSpec spec;
  spec.profile = options.profile;
  spec.seed = options.seed;
  if (options.calls > 0) spec.extent = {Extent::Kind::kCalls, options.calls};
  const auto read = [&](const char* name, const std::string& text) {
    ReadJobOption(FindJobOption(name), text, spec, [&](std::string message) {
      problems.push_back(
          {std::string("--") + name, 0, 0, "", std::move(message)});
    });
  };
  if (options.calls == 0) read("duration", options.duration);
  if (!options.start.empty()) read("start", options.start);
  if (!options.logs.empty()) read("logs", options.logs);
  read("shape", options.shape);
  read("frame", options.frame);
  return spec;
}

}  // namespace
}  // namespace busyhour::internal

namespace busyhour {

using namespace internal;

GeneratorSummary Generate(
    const GeneratorOptions& options,
    const std::function<bool(std::string_view piece)>& write) {
  std::vector<Problem> problems;
  const JobSpec spec = SpecOf(options, problems);
  const Profile profile = ProfileOf(spec);
  const Job job = ResolveJob(spec, profile, problems);
  if (options.threads < 1 || options.threads > kMostThreads) {
    problems.push_back({"--threads", 0, 0, "",
                        std::to_string(options.threads) +
                            " is not a whole number from 1 to " +
                            std::to_string(kMostThreads)});
  }
  Pipe::Options pipe_options;
  pipe_options.threads = options.threads;
  CheckFrame(job, job.logs.size(), problems);
  if (!problems.empty()) throw InputError(std::move(problems));

  const Worlds worlds(profile, job.seed, job.start);
  FunctionSink sink(write);
  Pipe pipe(worlds, job, Routes(worlds.size()), {&sink},
            std::move(pipe_options));
  // The sink cannot fail. It only closes, when the caller asks for that.
  [[maybe_unused]] const Status status = pipe.Run();
  const Tally& tally = pipe.tally();
  return {tally.calls, tally.all_records(), tally.all_bytes()};
}

}  // namespace busyhour
