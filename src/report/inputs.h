#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "dataset/manifest_reader.h"
#include "report/run_report.h"
#include "report/search_report.h"
#include "report/verify_part.h"

namespace busyhour::internal {

/// What a JSON file that busyhour has written tells about.
enum class InputKind {
  kRun,
  kVerification,
  kManifest,
  kSearch,  ///< of the highest rate
  kFiles,   ///< a check of files
  kOther
};
InputKind KindOfInput(const nlohmann::json& json);

/// The files in a directory whose names end with `.json`, in order.
std::vector<std::string> JsonFilesIn(const std::string& directory);

/// What a page shows.
struct ReportInputs {
  std::vector<RunReport> runs;
  std::vector<SearchReport> searches;
  std::vector<VerifyReport> verifications;
  std::vector<SavedManifest> data_sets;
};

/// Adds a file: the report of a load run or of a search for the highest rate,
/// the result of `verify --json`, or a manifest; or all of these in a
/// directory, whose other files are ignored. Adds every problem to `problems`.
void AddInput(const std::string& path, ReportInputs& inputs,
              std::vector<Problem>& problems);

}  // namespace busyhour::internal
