// The media summary log: one record for each play and recognize that was
// accepted, when it ended. It bears the correlation id of its request.

#include "logs/call_records.h"

namespace busyhour {

void AddMediaSummary(CallRecords& records) noexcept {
  for (const Media& media : records.call().media) {
    const Request& request = records.call().requests[media.request];
    Record& record = records.Add(LogType::kMediaSummary, true,
                                 request.answered_ms() + media.duration_ms);
    record.duration_ms = media.duration_ms;
    record.subject = media.request;
    record.operation = static_cast<std::uint8_t>(request.operation);
    record.result = static_cast<std::uint8_t>(media.outcome);
    record.sub_operation = static_cast<std::uint8_t>(media.prompt);
    record.flags = media.flags;
    record.correlation_epoch = request.correlation_epoch;
  }
}

}  // namespace busyhour
