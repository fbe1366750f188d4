// The log of updates of call diagnostics: the records of the call diagnostics
// log in versions, each written with the same version of the participant's call
// summary. Sources of each field: docs/logs.md.

#include "logs/call_diagnostics_updates.h"

#include <cstddef>
#include <cstdint>

#include "logs/call_versions.h"

namespace busyhour {
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

constexpr Column kVersionOfResourceLog[] = {
    {"callupdatesversion", &call_diagnostics::kUpdatesVersion, "properties",
     Type::kString},
};
constexpr Column kVersionOfTable[] = {
    {"CallUpdatesVersion", &call_diagnostics::kUpdatesVersion},
};

constexpr auto kResourceLog =
    Joined(call_diagnostics::kResourceLog, kVersionOfResourceLog);
constexpr auto kTable = Joined(call_diagnostics::kTable, kVersionOfTable);
constexpr auto kDocumented =
    Joined(call_diagnostics::kDocumented, kVersionOfTable);

}  // namespace

constinit const Log kCallDiagnosticsUpdatesLog{
    .add = AddRecords,
    .set_ids = call_diagnostics::SetIds,
    .own_kind = IdKind::kParticipant,
    .subject_at =
        InPayload(offsetof(CallDiagnosticsUpdatesPayload, participant)),
    .summary = call_diagnostics::Summary,
    .max_lag_ms = MaxUpdateLagMs,
    .resource_log = kResourceLog,
    .table = kTable,
    .documented = kDocumented,
};

}  // namespace busyhour
