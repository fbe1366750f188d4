#include "report/inputs.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "dataset/json_file.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

void AddJson(const std::string& path, const Json& json, ReportInputs& inputs,
             std::vector<Problem>& problems) {
  const AddProblem add = [&](const std::string& pointer, std::string message) {
    problems.push_back({path, 0, 0, pointer, std::move(message)});
  };
  switch (KindOfInput(json)) {
    case InputKind::kRun:
      inputs.runs.push_back(ReadRunReport(json, add));
      break;
    case InputKind::kVerification:
      inputs.verifications.push_back(ReadVerification(json, add));
      break;
    case InputKind::kManifest:
      if (auto saved = ReadManifest(path, problems)) {
        inputs.data_sets.push_back(std::move(*saved));
      }
      break;
    case InputKind::kSearch:
      inputs.searches.push_back(ReadSearchReport(json, add));
      break;
    case InputKind::kFiles:
      add("", "is a check of files (verify --files), which has no page");
      break;
    case InputKind::kOther:
      add("",
          "is neither a manifest, nor a report of load, nor a result of "
          "verify --json");
      break;
  }
}

void AddDirectory(const std::string& directory, ReportInputs& inputs,
                  std::vector<Problem>& problems) {
  bool is_empty = true;
  for (const std::string& path : JsonFilesIn(directory)) {
    std::vector<Problem> ignored;
    const std::optional<Json> json = ReadJsonFile(path, "a report", ignored);
    if (!json) continue;
    const InputKind kind = KindOfInput(*json);
    if (kind == InputKind::kFiles || kind == InputKind::kOther) continue;
    is_empty = false;
    AddJson(path, *json, inputs, problems);
  }
  if (is_empty) {
    problems.push_back({directory, 0, 0, "",
                        "has no manifest, no report of load and no result of "
                        "verify --json"});
  }
}

}  // namespace

InputKind KindOfInput(const Json& json) {
  if (json.contains("profile_text")) return InputKind::kManifest;
  if (json.contains("trials")) return InputKind::kSearch;
  if (json.contains("series") && json.contains("planned")) {
    return InputKind::kRun;
  }
  if (json.contains("exceeded")) return InputKind::kVerification;
  if (json.contains("data_sets")) return InputKind::kFiles;
  return InputKind::kOther;
}

std::vector<std::string> JsonFilesIn(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".json" && entry.is_regular_file(error)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void AddInput(const std::string& path, ReportInputs& inputs,
              std::vector<Problem>& problems) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    AddDirectory(path, inputs, problems);
  } else if (const auto json = ReadJsonFile(path, "a report", problems)) {
    AddJson(path, *json, inputs, problems);
  }
}

}  // namespace busyhour::internal
