// The log of updates of call diagnostics: the records of the call diagnostics
// log in versions, each written with the same version of the participant's call
// summary. Sources of each field: docs/logs.md.

#include "logs/call_diagnostics_updates.h"

#include <cstddef>
#include <cstdint>

#include "logs/call_log_fields.h"
#include "logs/call_versions.h"

namespace busyhour::internal {
namespace {

void AddRecords(CallRecords& records) noexcept {
  EachSummarized(records, [&](std::uint16_t participant, const Leg& leg) {
    EachVersion(records, participant, [&](const UpdateVersion& version) {
      call_diagnostics::AddStreams(records, LogType::kCallDiagnosticsUpdates,
                                   participant, leg, version.time_ms,
                                   version.number);
    });
  });
}

constexpr auto kResourceLog = WithVersionInProperties(
    call_diagnostics::kResourceLog, call_diagnostics::kUpdatesVersion);
constexpr auto kTable =
    WithVersion(call_diagnostics::kTable, call_diagnostics::kUpdatesVersion);
constexpr auto kDocumented = WithVersion(call_diagnostics::kDocumented,
                                         call_diagnostics::kUpdatesVersion);

}  // namespace

constinit const Log kCallDiagnosticsUpdatesLog{
    .add = AddRecords,
    .set_ids = call_diagnostics::SetIds,
    .own_kind = IdKind::kParticipant,
    .subject_at =
        InPayload(offsetof(CallDiagnosticsUpdatesPayload, participant)),
    .subject_is_participant = true,
    .summary = call_diagnostics::Summary,
    .max_lag_ms = MaxUpdateLagMs,
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour::internal
