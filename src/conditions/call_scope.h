#pragma once

#include <cstdint>

#include "catalog/operations.h"
#include "catalog/participants.h"

namespace busyhour {

/// The properties of a call that can decide whether an incident affects it.
struct CallScope {
  std::uint64_t stream_key = 0;  ///< of the call
  std::uint32_t flow = 0;
  std::uint32_t server = 0;  ///< of the application, which serves the call
  std::uint8_t client = 0;   ///< index into `Profile::clients`
  ParticipantKind caller = ParticipantKind::kPstn;
};

/// The request to which a query of the conditions refers.
struct Scope {
  const CallScope& call;
  Operation operation = Operation::kGetCall;
  std::uint8_t sub_operation = 0;  ///< `Record::sub_operation`
};

}  // namespace busyhour
