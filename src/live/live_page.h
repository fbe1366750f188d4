#pragma once

#include <string>

#include "live/live_run.h"

namespace busyhour::internal {

/// What a reader of the page may do.
struct LiveReader {
  bool has_control = true;  ///< whether the run can be changed
  /// What a change needs; empty if the reader needs the link of the run.
  std::string token;
};

/// The page of a run that goes on, as HTML.
std::string LivePage(const LiveFigures& figures, const LiveReader& reader);

/// What the page shows at this moment, as an event of server-sent events.
std::string LiveEvent(const LiveFigures& figures);

/// The state of a run for programs, as JSON.
std::string LiveStatus(const LiveFigures& figures, const LiveReader& reader);

}  // namespace busyhour::internal
