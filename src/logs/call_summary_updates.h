#pragma once

#include "logs/call_summary.h"

namespace busyhour::internal {

/// The payload of an update of a call summary.
using CallSummaryUpdatesPayload = CallSummaryPayload;

}  // namespace busyhour::internal
