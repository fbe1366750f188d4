#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "deliver/uri.h"
#include "load/load_run.h"
#include "load/rate_words.h"
#include "load/report.h"

namespace busyhour {

/// The options of `busyhour load`.
struct LoadOptions {
  Profile profile;
  /// Without the receiver's own rules, which its target has.
  LoadPlan plan;
  /// The job has no extent of its own: only the clock ends it.
  bool ends_by_clock = false;
  RateWords rate;
  Pattern pattern;
  std::string pattern_text;
  std::string to;
  Uri receiver;  ///< the same, in its parts
  std::vector<std::string> with;
  std::optional<std::size_t> max_in_flight;
  std::string report;    ///< a path; empty for none
  std::string manifest;  ///< the same
  int metrics_port = 0;  ///< 0 for none
  bool force = false;    ///< existing files are replaced
  bool quiet = false;
  bool find_max = false;
  Nanos trial = 0;  ///< how long one lasts
  Nanos slo = 0;
};

void DeclareLoad(OptionReader& options);

/// Reads them; problems are added to `options`.
LoadOptions ReadLoad(OptionReader& options);

}  // namespace busyhour
