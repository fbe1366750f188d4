#include "cli/load_outputs.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "deliver/output_path.h"

namespace busyhour {
namespace {

// More trials than a search has.
constexpr std::size_t kMostTrials = 100;

void RefuseManifestsOfTrials(const LoadOptions& load, OptionReader& options) {
  for (std::size_t i = 1; i <= kMostTrials; ++i) {
    std::string objection =
        ObjectionToFile(ManifestOfTrial(load.manifest, i), load.force);
    if (objection.empty()) continue;
    options.Refuse("manifest", std::move(objection));
    return;
  }
}

}  // namespace

void CheckOutputs(const LoadOptions& load, const Uri& target,
                  OptionReader& options) {
  const std::array<NamedPath, 6> files = {{
      {"profile", options.Has("profile") ? options.Text("profile") : ""},
      {"pattern", options.Has("pattern") ? options.Text("pattern") : ""},
      {"to", target.scheme == "file" ? target.path : ""},
      {"report", load.report},
      {"manifest", load.manifest},
      {"junit", load.checks.junit},
  }};
  for (const NamedPath& file : std::span(files).last(3)) {
    if (file.path.empty()) {
      if (options.Has(file.option)) {
        options.Refuse(file.option, "the name is empty");
      }
      continue;
    }
    // A pipe is opened only when the report is written, because opening it
    // blocks until there is a reader.
    if (file.option != "manifest" && IsSpecialFile(file.path)) continue;
    std::string objection = ObjectionToFile(file.path, load.force);
    if (objection.empty() && load.to == "-" &&
        IsOpenAs(STDOUT_FILENO, file.path)) {
      objection = file.path + " is also the file of --to";
    }
    if (!objection.empty()) options.Refuse(file.option, std::move(objection));
  }
  if (load.find_max && !load.manifest.empty()) {
    RefuseManifestsOfTrials(load, options);
  }
  RefuseSameFiles(files, options.problems());
}

std::string ManifestOfTrial(const std::string& path, std::size_t number) {
  std::filesystem::path name(path);
  name.replace_filename(name.stem().string() + '-' + std::to_string(number) +
                        name.extension().string());
  return name.string();
}

}  // namespace busyhour
