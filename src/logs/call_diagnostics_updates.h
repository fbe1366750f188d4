#pragma once

#include "logs/call_diagnostics.h"

namespace busyhour::internal {

/// The payload of an update of call diagnostics.
using CallDiagnosticsUpdatesPayload = CallDiagnosticsPayload;

}  // namespace busyhour::internal
