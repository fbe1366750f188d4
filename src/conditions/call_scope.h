#pragma once

#include <cstdint>

#include "catalog/operations.h"
#include "catalog/participants.h"

namespace busyhour::internal {

/// The properties of a call that can decide whether an incident affects it.
struct CallScope {
  std::uint64_t stream_key = 0;  ///< of the call
  std::uint32_t flow = 0;
  /// The server of the application that makes the requests, from 0, and the
  /// index in `Profile::clients` of the version that it runs when the call
  /// begins.
  std::uint8_t server = 0;
  std::uint8_t client = 0;
  ParticipantKind caller = ParticipantKind::kPstn;
};

/// The request to which a query of the conditions refers.
struct Scope {
  const CallScope& call;
  Operation operation = Operation::kGetCall;
  std::uint8_t sub_operation = 0;  ///< `Record::sub_operation`
};

}  // namespace busyhour::internal
