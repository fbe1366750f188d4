#include "catalog/events.h"

namespace busyhour::internal {

// Subcodes of the telephone network are 560 (outbound) or 540 (inbound)
// followed by the SIP code: azure-docs, codes of call ends. 408/10057,
// 200/7000, 200/5001 and 200/560000, and the end of the messages, were seen in
// recordings of Azure's SDK tests. No subcode is published for a user in an app
// who is busy, declines or is unreachable: 0 is our assumption. So are the
// beginnings of the messages.
EventResult RingResult(Outcome outcome, bool is_pstn) {
  switch (outcome) {
    case Outcome::kBusy:
      return is_pstn ? EventResult{486, 560486, "Busy. DiagCode: 486#560486.@"}
                     : EventResult{486, 0, "Busy. DiagCode: 486#0.@"};
    case Outcome::kDeclined:
      return is_pstn
                 ? EventResult{603, 560603, "Declined. DiagCode: 603#560603.@"}
                 : EventResult{603, 0, "Declined. DiagCode: 603#0.@"};
    case Outcome::kUnreachable:
      return is_pstn
                 ? EventResult{404, 560404, "Not found. DiagCode: 404#560404.@"}
                 : EventResult{404, 0, "Not found. DiagCode: 404#0.@"};
    case Outcome::kNoAnswer:
      return is_pstn
                 ? EventResult{480, 560480, "No answer. DiagCode: 480#560480.@"}
                 : EventResult{408, 10057, "No answer. DiagCode: 408#10057.@"};
    default:
      return {};
  }
}

std::optional<EventType> LaterFailureOf(Operation operation) {
  switch (operation) {
    case Operation::kHold:
      return EventType::kHoldFailed;
    case Operation::kRemoveParticipant:
      return EventType::kRemoveParticipantFailed;
    case Operation::kCancelAddParticipant:
      return EventType::kCancelAddParticipantFailed;
    case Operation::kStartContinuousDtmfRecognition:
      return EventType::kContinuousDtmfRecognitionToneFailed;
    default:
      return std::nullopt;
  }
}

EventResult DisconnectResult(CallEnd end) {
  switch (end) {
    case CallEnd::kByApplication:
      return {200, 7000, "The call has ended. DiagCode: 0#7000.@"};
    case CallEnd::kInboundPstn:
      return {200, 540000, "The call has ended. DiagCode: 0#540000.@"};
    case CallEnd::kOutboundPstn:
      return {200, 560000, "The call has ended. DiagCode: 0#560000.@"};
    case CallEnd::kByUser:
      return {200, 5001, "The call has ended. DiagCode: 0#5001.@"};
  }
  return {};
}

}  // namespace busyhour::internal
