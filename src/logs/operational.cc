// The operational log: one record for each request, when it was answered.

#include "logs/call_records.h"

namespace busyhour {

void AddOperational(CallRecords& records) noexcept {
  std::uint16_t number = 0;
  for (const Request& request : records.call().requests) {
    const std::uint16_t subject = number++;
    if (!records.rules().recording_operations &&
        IsRecording(request.operation)) {
      continue;
    }
    Record& record = records.Add(LogType::kOperational, request.connected,
                                 request.answered_ms());
    record.duration_ms = request.duration_ms;
    record.subject = subject;
    record.operation = static_cast<std::uint8_t>(request.operation);
    record.result = request.status;
    record.sub_operation = request.sub_operation;
    record.correlation_epoch = request.correlation_epoch;
  }
}

}  // namespace busyhour
