#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "job/job_options.h"

// Creates a job in a test: from options to a `JobSpec`.

namespace busyhour::internal {

inline Profile SomeProfile() {
  Profile profile;
  profile.traffic.start = {1'685'000'000'000};
  profile.logs = {LogType::kOperational, LogType::kUsage};
  return profile;
}

using Options = std::vector<std::pair<std::string_view, std::string_view>>;

/// The job of options such as `{{"seed", "7"}}`; their errors are added to
/// `problems`.
inline JobSpec SpecOf(const Options& options, std::vector<Problem>& problems) {
  JobSpec spec;
  for (const auto& [name, text] : options) {
    ReadJobOption(FindJobOption(name), text, spec,
                  [&, option = name](std::string message) {
                    problems.push_back({"--" + std::string(option), 0, 0, "",
                                        std::move(message)});
                  });
  }
  return spec;
}

/// The problems, one per line.
inline std::string TextOf(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) text += problem.Text() + '\n';
  return text;
}

}  // namespace busyhour::internal
