#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace busyhour::internal {

/// What became of a simulated run.
struct SimulatedRun {
  std::string words;                ///< the run, for people
  std::vector<std::string> broken;  ///< the laws that it breaks
  double simulated_s = 0;
  std::uint64_t planned = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t copies = 0;  ///< records that arrived again
  bool has_failed = false;   ///< whether the run ended early
};

/// Sends a job to a simulated receiver. The seed decides everything: the job,
/// the options of the run, and the behaviour of the receiver.
SimulatedRun Simulate(std::uint64_t seed);

}  // namespace busyhour::internal
