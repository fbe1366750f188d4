// What refuses an output, before anything is written.

#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/paths.h"
#include "busyhour/error.h"
#include "dataset/dataset.h"
#include "deliver/disk.h"
#include "deliver/output_path.h"

namespace busyhour::internal {

namespace fs = std::filesystem;

void Dataset::RefuseWrongPlace() const {
  std::vector<Problem> problems;
  const auto refuse = [&](const char* option, const char* message) {
    problems.push_back({option, 0, 0, "", message});
  };
  if (files_.kind() != OutKind::kDirectory) {
    constexpr const char* kMessage = "requires a directory: --out DIR";
    if (manifest_.job.layout != Layout::kFlat) refuse("--layout", kMessage);
    if (manifest_.job.rotate_bytes > 0) refuse("--rotate", kMessage);
  }
  if (options_.resume && !files_.has_files()) {
    refuse("--resume", "requires files: --out DIR or --out FILE");
  }
  if (options_.resume && options_.force) {
    refuse("--resume", "cannot be combined with --force, which starts over");
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

// Whether a resumed run may replace the file, although there is no manifest: a
// run that was killed before it had one leaves an empty temporary file.
bool Dataset::IsLeftEmpty(const std::string& path) const {
  std::error_code error;
  return options_.resume && path == PartPathOf(out_) &&
         fs::file_size(path, error) == 0 && !error;
}

// Whether a run of the same job was interrupted here.
bool Dataset::IsInterruptedHere() const {
  std::error_code error;
  if (!fs::exists(manifest_path_, error)) return false;
  try {
    return !ReadInterrupted(manifest_, manifest_path_).complete;
  } catch (const InputError&) {
    return false;
  }
}

void Dataset::RefuseToOverwrite() const {
  constexpr std::size_t kMostShown = 5;
  if (!files_.has_files()) return;
  if (!options_.force && IsInterruptedHere()) {
    throw InputError("--out", manifest_path_ +
                                  " is of this job, which was interrupted; "
                                  "--resume continues it, --force starts over");
  }
  std::vector<std::string> refused;
  for (const std::string& path : files_.Existing()) {
    std::error_code error;
    if (tree_ && tree_->Own(fs::path(path).lexically_relative(out_))) continue;
    if (!fs::is_regular_file(fs::symlink_status(path, error))) {
      refused.push_back(path + " is not a file, and cannot be replaced");
    } else if (!options_.force && !IsLeftEmpty(path)) {
      refused.push_back(path + " is already there; --force replaces it");
    }
  }
  std::vector<Problem> problems;
  const auto refuse = [&](std::string message) {
    problems.push_back({"--out", 0, 0, "", std::move(message)});
  };
  for (std::string& message : refused) {
    if (problems.size() == kMostShown) {
      refuse("and " + std::to_string(refused.size() - kMostShown) + " more");
      break;
    }
    refuse(std::move(message));
  }
  // A run that was killed while it wrote its first manifest left a part of it.
  std::string objection =
      files_.kind() == OutKind::kDirectory && !tree_ &&
              IsTreeManifest(manifest_path_)
          ? manifest_path_ + " is of a storage tree; name another directory"
          : ObjectionToReplacing(manifest_path_,
                                 options_.force || options_.resume);
  // The manifest is beside the files.
  std::error_code error;
  if (objection.empty() && (files_.kind() == OutKind::kFile ||
                            fs::exists(DirectoryOf(manifest_path_), error))) {
    objection = ObjectionToDirectoryOf(
        files_.kind() == OutKind::kFile ? out_ : manifest_path_);
  }
  if (!objection.empty()) refuse(std::move(objection));
  if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace busyhour::internal
