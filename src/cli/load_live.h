#pragma once

#include <memory>
#include <string>

#include "cli/load_options.h"
#include "live/live_server.h"
#include "load/run_control.h"

namespace busyhour::internal {

/// The rate and the pattern of a run in text form.
std::string PlanText(const LoadOptions& load);

/// The facts of a run that begins now.
RunReport LiveFactsOf(const LoadOptions& load);

/// Serves the page and the metrics of a run, and says where the page is; null
/// if neither is asked for. Throws `InputError` if an address is not available.
/// `control` is null for a search, and must outlive the server.
std::unique_ptr<LiveServer> ServeRun(const LoadOptions& load,
                                     RunControl* control);

}  // namespace busyhour::internal
