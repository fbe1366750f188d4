// The usage log: one record for each participant that was connected, some time
// after it left. It bears the correlation id of the request that brought the
// participant in, so that it is always one that the operational log shows.

#include "logs/call_records.h"

namespace busyhour {

void AddUsage(CallRecords& records) noexcept {
  std::uint16_t number = 0;
  for (const Leg& leg : records.call().legs) {
    const std::uint16_t participant = number++;
    if (leg.kind == ParticipantKind::kApp && !records.rules().app_leg) continue;
    const std::uint64_t draw =
        Draw(records.key(), Purpose::kUsageLag, participant);
    Record& record = records.Add(
        LogType::kUsage, true,
        leg.left_ms +
            static_cast<std::uint32_t>((*records.rules().usage_lag)(draw)));
    record.begin_ms = leg.joined_ms;
    record.duration_ms = leg.left_ms - leg.joined_ms;
    record.subject = participant;
    record.operation = static_cast<std::uint8_t>(leg.kind);
    record.correlation_epoch = leg.correlation_epoch;
  }
}

}  // namespace busyhour
