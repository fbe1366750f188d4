#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/checks.h"
#include "cli/options.h"
#include "deliver/uri.h"
#include "live/address.h"
#include "load/load_run.h"
#include "load/rate_words.h"
#include "load/report.h"

namespace busyhour::internal {

/// The options of `busyhour load`.
struct LoadOptions {
  Profile profile;
  /// The plan, without the receiver's own rules, which are in its target.
  LoadPlan plan;
  /// Whether the job has no extent of its own and only the clock ends it.
  bool ends_by_clock = false;
  RateWords rate;
  Pattern pattern;
  std::string pattern_text;
  std::string to;
  Uri receiver;  ///< the same, parsed
  RunPlace place;
  std::vector<std::string> with;
  std::optional<std::size_t> max_in_flight;
  std::string report;    ///< a path; empty if there is none
  std::string hgrm;      ///< the beginning of paths; empty if there are none
  std::string manifest;  ///< a path; empty if there is none
  std::optional<Address> live;     ///< where the page is served, if it is
  std::optional<Address> metrics;  ///< the same for the metrics
  /// Whether the records note when they are due.
  bool notes_send_times = false;
  bool force = false;  ///< whether existing files are replaced
  bool quiet = false;
  bool find_max = false;
  Nanos trial = 0;  ///< length of a trial
  Nanos slo = 0;
  /// The largest error of the system clock with which the run begins.
  std::optional<Nanos> max_clock_error;
  CheckOptions checks;
};

void DeclareLoad(OptionReader& options);

/// Reads the options; problems are added to `options`.
LoadOptions ReadLoad(OptionReader& options);

}  // namespace busyhour::internal
