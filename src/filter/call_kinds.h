#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "catalog/operations.h"
#include "filter/possible_events.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The calls of a flow that are connected, or those that are not: bounds of
/// what they can have. A call may have less in fact.
struct CallKind {
  std::string_view flow;
  bool is_connected = false;
  bool is_inbound = true;
  std::uint64_t callers = 0;  ///< bits by `ParticipantKind`
  std::uint64_t ends = 0;     ///< bits by `AttemptEnd`
  std::vector<std::string_view> incidents;

  PossibleEvents events;
  /// By operation: bits by the operations that can be requested after it.
  std::array<std::uint64_t, kOperationCount> later_requests{};
  /// Requests, by operation and all together.
  std::array<std::uint64_t, kOperationCount> most_requests_of{};
  std::uint64_t most_requests = 0;
  std::uint64_t most_participants = 0;
  std::uint64_t most_sessions = 0;
  std::uint64_t most_redials = 0;
  std::uint64_t shortest_ms = 0;  ///< as `ConnectedMs`
  std::uint64_t longest_ms = 0;
  std::uint64_t longest_wait_ms = 0;

  friend bool operator==(const CallKind&, const CallKind&) = default;
};

/// The kinds of calls of a profile and its resources, each once. Their names
/// are those of `profile`, which must outlive them.
std::vector<CallKind> CallKindsOf(const Profile& profile);

}  // namespace busyhour::internal
