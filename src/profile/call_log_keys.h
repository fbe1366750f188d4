#pragma once

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The keys of the sections `call_summary`, `call_diagnostics` and
/// `recordings`.
void VisitCallSummary(CallSummary& summary, KeyVisitor& keys);
void VisitCallDiagnostics(CallDiagnostics& diagnostics, KeyVisitor& keys);
void VisitRecordings(Recordings& recordings, KeyVisitor& keys);

}  // namespace busyhour::internal
