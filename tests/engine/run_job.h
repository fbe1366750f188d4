#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/memory_sink.h"
#include "engine/pipe.h"
#include "logs/worlds.h"
#include "profile/load.h"
#include "scenario/plan.h"

// Runs a job in a test: from a profile to bytes in memory.

namespace busyhour::internal {

inline Profile ShippedProfile(std::string_view name) {
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    if (builtin.name == name) {
      return ParseProfile(builtin.text, std::string(name), std::string(name));
    }
  }
  return {};
}

/// Routes with a sink for each log, in the order of the logs.
inline Routes RouteOfItsOwn() {
  Routes routes;
  for (const LogType log : kLogTypes) {
    routes[0][log] = static_cast<std::size_t>(log);
  }
  return routes;
}

inline Pipe::Options OptionsOf(int threads,
                               const std::atomic<bool>* stop = nullptr) {
  Pipe::Options options;
  options.threads = threads;
  options.stop = stop;
  return options;
}

/// The result of a run with one sink.
struct RunOutcome {
  std::string bytes;
  Tally tally;
  bool finished = false;
};

/// A profile, compiled for runs.
class Runs {
 public:
  explicit Runs(const Profile& profile, std::uint64_t seed = 1)
      : worlds(profile, seed, profile.traffic.start),
        plan(worlds[0].plan),
        cast(worlds[0].cast),
        seed_(seed) {}

  /// A job with all logs that starts at the start of the profile.
  Job JobOf(Extent::Kind kind, std::uint64_t amount) const {
    Job job;
    job.seed = seed_;
    job.start = plan.profile().traffic.start;
    job.extent = {kind, amount};
    return job;
  }

  RunOutcome Run(const Job& job, int threads = 1) const {
    MemorySink sink;
    Pipe pipe(worlds, job, Routes(worlds.size()), {&sink}, OptionsOf(threads));
    const bool ok = pipe.Run().ok();
    return {sink.bytes(), pipe.tally(), ok && sink.finished() == 1};
  }

  const Worlds worlds;
  const Plan& plan;  ///< of the first resource
  const Cast& cast;

 private:
  std::uint64_t seed_;
};

/// The lines of a text, without line ends.
inline std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace busyhour::internal
