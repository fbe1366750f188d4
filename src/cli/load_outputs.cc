#include "cli/load_outputs.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/percentiles.h"
#include "cli/text_output.h"
#include "deliver/output_path.h"

namespace busyhour::internal {
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

// The distributions of `--hgrm`, by the names of thresholds' figures.
struct HgrmFile {
  std::string_view figure;
  const Histogram& (Account::*times)() const noexcept;

  std::string PathFrom(const std::string& beginning) const {
    if (beginning.empty()) return "";
    return beginning + '.' + std::string(figure) + ".hgrm";
  }
};
constexpr std::array<HgrmFile, 3> kHgrmFiles = {
    {{"lateness", &Account::lateness},
     {"ack", &Account::latency},
     {"ack_after_sent", &Account::service_time}}};

}  // namespace

void CheckOutputs(const LoadOptions& load, const Uri& target,
                  OptionReader& options) {
  const std::array<NamedPath, 9> files = {{
      {"profile", options.Has("profile") ? options.Text("profile") : ""},
      {"pattern", options.Has("pattern") ? options.Text("pattern") : ""},
      {"to", target.scheme == "file" ? target.path : ""},
      {"report", load.report},
      {"manifest", load.manifest},
      {"junit", load.checks.junit},
      {"hgrm", kHgrmFiles[0].PathFrom(load.hgrm)},
      {"hgrm", kHgrmFiles[1].PathFrom(load.hgrm)},
      {"hgrm", kHgrmFiles[2].PathFrom(load.hgrm)},
  }};
  for (const NamedPath& file : std::span(files).last(6)) {
    if (file.path.empty()) {
      if (options.Has(file.option)) {
        options.Refuse(file.option, "the name is empty");
      }
      continue;
    }
    if (file.path == "-" && file.option == "junit") continue;  // is refused
    if (file.path == "-" && file.option == "report") {
      if (load.to == "-") {
        options.Refuse("report", "standard output is also that of --to");
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
  if (load.hgrm == "-") {
    options.Refuse("hgrm", ObjectionToStandardOutput(load.hgrm));
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

Status WriteHgrm(const std::string& beginning, const Account& account) {
  constexpr double kNanosPerMs = 1e6;
  for (const HgrmFile& file : kHgrmFiles) {
    const Status status =
        WriteReport(file.PathFrom(beginning),
                    HgrmText((account.*file.times)(), kNanosPerMs));
    if (!status.ok()) return status;
  }
  return Status::Ok();
}

}  // namespace busyhour::internal
