// The log of updates of call summaries: the records of the call summary log in
// versions. The first is written soon after the call and may lack what the
// participant's client has not sent yet; the highest version counts. Sources of
// each field: docs/logs.md.

#include "logs/call_summary_updates.h"

#include <cstddef>
#include <cstdint>

#include "logs/call_log_fields.h"
#include "logs/call_versions.h"

namespace busyhour::internal {
namespace {

void Add(CallRecords& records, std::uint8_t epoch, std::uint32_t time_ms,
         const CallSummaryUpdatesPayload& payload) noexcept {
  Record* const record =
      records.Add(LogType::kCallSummaryUpdates, true, time_ms, epoch);
  if (record != nullptr) record->Set(payload);
}

void AddRecords(CallRecords& records) noexcept {
  const Call& call = records.call();
  if (call.legs.empty()) return;
  EachSummarized(records, [&](std::uint16_t participant, const Leg& leg) {
    EachVersion(records, participant, [&](const UpdateVersion& version) {
      CallSummaryUpdatesPayload payload =
          call_summary::PayloadOf(records, participant, leg, version.number);
      if (version.is_incomplete) {
        payload.began_ms = kNoValue;
        payload.participant_time =
            PackSeconds(kNoSeconds, payload.participant_time.byte);
      }
      Add(records, leg.correlation_epoch, version.time_ms, payload);
    });
  });
  if (!call_summary::HasServer(records)) return;
  const std::uint32_t lag_ms =
      static_cast<std::uint32_t>((*records.plan().call_logs.first_update)(
          Draw(records.key(), Purpose::kUpdateLag)));
  Add(records, call.legs[0].correlation_epoch, LastLeftMs(call) + lag_ms,
      call_summary::ServerPayload(records, 1));
}

constexpr auto kResourceLog = WithVersionInProperties(
    call_summary::kResourceLog, call_summary::kUpdatesVersion);
constexpr auto kTable =
    WithVersion(call_summary::kTable, call_summary::kUpdatesVersion);
constexpr auto kDocumented =
    WithVersion(call_summary::kDocumented, call_summary::kUpdatesVersion);

}  // namespace

constinit const Log kCallSummaryUpdatesLog{
    .add = AddRecords,
    .set_ids = call_summary::SetIds,
    .own_kind = IdKind::kEndpoint,
    .subject_at = InPayload(offsetof(CallSummaryUpdatesPayload, participant)),
    .subject_is_participant = true,
    .summary = call_summary::Summary,
    .max_lag_ms = MaxUpdateLagMs,
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour::internal
