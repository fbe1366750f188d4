#pragma once

#include <string>
#include <vector>

#include "busyhour/error.h"
#include "dataset/manifest_reader.h"
#include "report/page.h"
#include "report/run_report.h"

namespace busyhour {

/// What a page shows.
struct ReportInputs {
  std::vector<RunReport> runs;
  std::vector<ReportPart> verifications;
  std::vector<SavedManifest> data_sets;
};

/// Adds a file: the report of a load run, the result of `verify --json`, or a
/// manifest; or all of these in a directory, whose other files are ignored.
/// Adds every problem to `problems`.
void AddInput(const std::string& path, ReportInputs& inputs,
              std::vector<Problem>& problems);

}  // namespace busyhour
