#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "dataset/json_members.h"

namespace busyhour::internal {

/// A trial of a search for the highest rate.
struct SearchTrial {
  SimTime started;
  double rate = 0;  ///< offered, per second
  double seconds = 0;
  bool confirms = false;
  bool held = false;
  double achieved_rate = 0;
  double lateness_p99_ms = 0;
  double taken_rate = 0;  ///< 0 if it is not known
  double buffered = 0;
  std::string verdict;
};

/// The report of `busyhour load --find-max`, as it was read from its JSON.
struct SearchReport {
  std::string version;
  std::string command;
  std::string host;
  std::string profile;
  std::string target;
  double slo_ms = 0;
  double rate = 0;  ///< 0 if none was sustained
  std::string verdict;
  bool finished = false;
  bool confirmed = false;
  std::string refusal;  ///< the receiver's words; empty if it refused nothing
  std::string failure;  ///< why the search could not go on; empty if it could
  std::vector<SearchTrial> trials;
};

/// Reads the report; all problems are added.
SearchReport ReadSearchReport(const nlohmann::json& json,
                              const AddProblem& add);

}  // namespace busyhour::internal
