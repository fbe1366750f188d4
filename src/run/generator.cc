#include "busyhour/generator.h"

#include <algorithm>

#include "engine/pipe.h"
#include "logs/cast.h"
#include "profile/load.h"
#include "run/job_words.h"

namespace busyhour {
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

JobWords WordsOf(const GeneratorOptions& options) {
  JobWords words;
  words.seed = std::to_string(options.seed);
  words.shape = options.shape;
  words.frame = options.frame;
  words.threads = std::to_string(options.threads);
  if (!options.start.empty()) words.start = options.start;
  if (!options.logs.empty()) words.logs = options.logs;
  if (options.calls > 0) {
    words.calls = std::to_string(options.calls);
  } else {
    words.duration = options.duration;
  }
  return words;
}

}  // namespace

GeneratorSummary Generate(
    const GeneratorOptions& options,
    const std::function<bool(std::string_view piece)>& write) {
  const Profile profile = LoadProfile(options.profile);
  const JobWords words = WordsOf(options);
  std::vector<Problem> problems;
  const Job job = ReadJob(words, profile, problems);
  Pipe::Options pipe_options;
  pipe_options.threads = ReadThreads(words, problems);
  CheckFrame(job, job.logs.size(), problems);
  if (!problems.empty()) throw InputError(std::move(problems));

  const Plan plan(profile);
  const Cast cast(plan, job.seed);
  FunctionSink sink(write);
  Pipe pipe(plan, cast, job, Pipe::Routes{}, {&sink}, std::move(pipe_options));
  // The sink only ever closes, and that is the caller's wish.
  [[maybe_unused]] const Status status = pipe.Run();
  const Tally& tally = pipe.tally();
  return {tally.calls, tally.all_records(), tally.all_bytes()};
}

}  // namespace busyhour
