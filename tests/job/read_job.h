#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "job/job_options.h"

// A job in a test: from options to a `JobSpec`.

namespace busyhour {

inline Profile SomeProfile() {
  Profile profile;
  profile.traffic.start = {1'685'000'000'000};
  profile.logs = {LogType::kOperational, LogType::kUsage};
  return profile;
}

using Options = std::vector<std::pair<std::string_view, std::string_view>>;

/// What options say, `{{"seed", "7"}}`; what is wrong with them joins
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

/// Problems, one a line.
inline std::string TextOf(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) text += problem.Text() + '\n';
  return text;
}

}  // namespace busyhour
