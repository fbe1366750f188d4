// The operational log: one record for each request, when it was answered.

#include "logs/call_records.h"

namespace busyhour {

void AddOperational(CallRecords& records) noexcept {
  std::uint16_t number = 0;
  for (const Request& request : records.call().requests) {
    Record record;
    record.time_ms = request.answered_ms();
    record.duration_ms = request.duration_ms;
    record.subject = number++;
    record.operation = static_cast<std::uint8_t>(request.operation);
    record.result = request.status;
    record.sub_operation = request.sub_operation;
    record.correlation_epoch = request.correlation_epoch;
    if (records.rules().recording_operations ||
        !IsRecording(request.operation)) {
      records.Add(LogType::kOperational, request.connected, record);
    }
  }
}

}  // namespace busyhour
