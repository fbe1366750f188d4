#include "verify/files.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/fingerprint.h"
#include "base/paths.h"
#include "base/printable.h"
#include "base/units.h"
#include "read/input_files.h"
#include "verify/manifests.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;
using Kind = FileTrouble::Kind;

constexpr std::size_t kPieceBytes = 1 << 20;

std::string Bytes(std::uint64_t bytes) { return FormatCount(bytes) + " bytes"; }

// Names a file independently of links to its directory.
std::string PlaceOf(const fs::path& path) {
  std::error_code error;
  const fs::path parent =
      fs::weakly_canonical(DirectoryOf(path.string()), error);
  return ((error ? path.parent_path() : parent) / path.filename()).string();
}

bool IsBelow(const std::string& place, const std::string& directory) {
  return place.starts_with(directory) && place.size() > directory.size() &&
         (directory.ends_with('/') || place[directory.size()] == '/');
}

// Checks one data set.
class FilesCheck {
 public:
  FilesCheck(FilesVerdict& verdict, const std::string& manifest)
      : verdict_(verdict), directory_(fs::path(manifest).parent_path()) {}

  void File(const Manifest::File& file) {
    const fs::path path = directory_ / file.name;
    if (!named_.insert(PlaceOf(path)).second) {
      Add(Kind::kChanged, path, "is listed twice");
      return;
    }
    const fs::path part = path.string() + std::string(kPartEnding);
    if (file.is_part) named_.insert(PlaceOf(part));
    std::error_code error;
    const bool is_there = fs::exists(fs::symlink_status(path, error));
    if (file.is_part) {
      // The run may have continued after the manifest was saved, and may have
      // completed this file.
      Content(is_there && !fs::exists(part, error) ? path : part, file, true);
      return;
    }
    if (!is_there) {
      if (fs::exists(part, error)) {
        Add(Kind::kPart, part, "is incomplete");
        named_.insert(PlaceOf(part));
      } else {
        Add(Kind::kMissing, path, "is missing");
      }
      return;
    }
    Content(path, file, false);
  }

  // Reports the incomplete file beside a file with several logs. The user
  // chooses the name of such a file, and what else is in its directory.
  void StrayPart(const std::string& name) {
    Stray((directory_ / name).string() + std::string(kPartEnding));
  }

  // Reports the files in the directory that `verify` would read and that are in
  // no manifest, and incomplete ones. Call this after all files.
  void Strays() {
    const fs::path here = directory_.empty() ? fs::path(".") : directory_;
    const DirectoryFiles found = FilesOfDirectory(here.string());
    for (const std::string& manifest : found.manifests) Allow(manifest);
    std::vector<std::string> paths = found.parts;
    for (const FoundInput& input : found.inputs) paths.push_back(input.path);
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths) Stray(path);
  }

 private:
  void Add(Kind kind, const fs::path& path, std::string detail) {
    verdict_.troubles.push_back({kind, path.string(), std::move(detail)});
  }

  // The files of a manifest are no strays. An interrupted or unreadable one
  // does not name all files of its directory.
  void Allow(const std::string& manifest) {
    std::vector<Problem> unreadable;
    const std::optional<SavedFiles> saved =
        ReadManifestFiles(manifest, unreadable);
    const fs::path directory = DirectoryOf(manifest);
    if (!saved || !saved->complete) {
      unknown_.push_back(fs::path(PlaceOf(manifest)).parent_path());
      return;
    }
    for (const Manifest::File& file : saved->files) {
      named_.insert(PlaceOf(directory / file.name));
    }
  }

  void Stray(const fs::path& path) {
    std::error_code error;
    const std::string place = PlaceOf(path);
    if (!fs::exists(fs::symlink_status(path, error)) ||
        named_.contains(place) ||
        std::any_of(unknown_.begin(), unknown_.end(),
                    [&](const std::string& directory) {
                      return IsBelow(place, directory);
                    })) {
      return;
    }
    Add(Kind::kStray, path, "is not in the manifest");
  }

  // Compares the file's bytes. With `first_bytes`, the file may be longer, and
  // only its recorded length is compared.
  void Content(const fs::path& path, const Manifest::File& file,
               bool first_bytes) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      Add(Kind::kMissing, path, "is missing");
      return;
    }
    if (!fs::is_regular_file(status)) {
      Add(Kind::kUnreadable, path, "is not a regular file");
      return;
    }
    const std::uint64_t size = fs::file_size(path, error);
    if (!error && (first_bytes ? size < file.bytes : size != file.bytes)) {
      Add(Kind::kSize, path,
          "has " + Bytes(size) + " and not " + Bytes(file.bytes));
      return;
    }
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(
        std::fopen(path.c_str(), "rb"), std::fclose);
    if (error || stream == nullptr) {
      Add(Kind::kUnreadable, path,
          error ? error.message() : std::strerror(errno));
      return;
    }
    Fingerprint fingerprint;
    std::uint64_t left = file.bytes;
    buffer_.resize(kPieceBytes);
    while (left > 0) {
      const auto wanted =
          static_cast<std::size_t>(std::min<std::uint64_t>(left, kPieceBytes));
      const std::size_t got =
          std::fread(buffer_.data(), 1, wanted, stream.get());
      if (got == 0) {
        Add(Kind::kUnreadable, path,
            std::ferror(stream.get()) != 0
                ? std::strerror(errno)
                : "became shorter while it was read");
        return;
      }
      fingerprint.Add({buffer_.data(), got});
      verdict_.bytes += got;
      left -= got;
    }
    if (fingerprint.Text() != file.fingerprint) {
      Add(Kind::kChanged, path,
          "has xxh3_128 " + fingerprint.Text() + " and not " +
              file.fingerprint);
    }
  }

  FilesVerdict& verdict_;
  fs::path directory_;
  std::set<std::string> named_;
  std::vector<std::string> unknown_;  // directories whose files are not judged
  std::vector<char> buffer_;
};

// Checks the data set of one manifest. Strays are reported once for each
// directory; `searched` has those that were searched before.
FilesVerdict CheckDataSet(const std::string& manifest,
                          std::set<std::string>& searched,
                          std::vector<Problem>& problems) {
  FilesVerdict verdict;
  verdict.manifest = manifest;
  const std::optional<SavedFiles> list = ReadManifestFiles(manifest, problems);
  if (!list) return verdict;
  verdict.complete = list->complete;
  verdict.files = list->files.size();
  FilesCheck check(verdict, manifest);
  std::string single;
  for (const Manifest::File& file : list->files) {
    verdict.records += file.records;
    if (file.category.empty()) single = file.name;
    check.File(file);
  }
  // The manifest does not contain what an interrupted run wrote after the
  // manifest was last saved. `--resume` replaces these files.
  if (!list->complete) return verdict;
  if (!single.empty()) {
    check.StrayPart(single);
  } else if (searched.insert(DirectoryOf(manifest)).second) {
    check.Strays();
  }
  return verdict;
}

}  // namespace

const char* NameOf(FileTrouble::Kind kind) noexcept {
  switch (kind) {
    case Kind::kMissing:
      return "missing";
    case Kind::kPart:
      return "part";
    case Kind::kSize:
      return "size";
    case Kind::kChanged:
      return "changed";
    case Kind::kUnreadable:
      return "unreadable";
    case Kind::kStray:
      return "stray";
  }
  return "";
}

std::vector<FilesVerdict> CheckFiles(const std::vector<std::string>& paths,
                                     std::vector<Problem>& problems) {
  std::vector<FilesVerdict> verdicts;
  std::set<std::string> searched;
  for (const std::string& path : paths) {
    for (const std::string& manifest : ManifestPathsOf(path)) {
      verdicts.push_back(CheckDataSet(manifest, searched, problems));
    }
  }
  return verdicts;
}

std::string FilesJson(const std::vector<FilesVerdict>& verdicts) {
  const bool passed =
      std::all_of(verdicts.begin(), verdicts.end(),
                  [](const FilesVerdict& each) { return each.passed(); });
  OrderedJson json = {{"passed", passed}, {"data_sets", OrderedJson::array()}};
  for (const FilesVerdict& verdict : verdicts) {
    OrderedJson set = {{"manifest", AsUtf8(verdict.manifest)},
                       {"state", verdict.complete ? "complete" : "interrupted"},
                       {"files", verdict.files},
                       {"bytes", verdict.bytes},
                       {"records", verdict.records},
                       {"troubles", OrderedJson::array()}};
    for (const FileTrouble& trouble : verdict.troubles) {
      set["troubles"].push_back({{"kind", NameOf(trouble.kind)},
                                 {"file", AsUtf8(trouble.file)},
                                 {"detail", AsUtf8(trouble.detail)}});
    }
    json["data_sets"].push_back(std::move(set));
  }
  return json.dump();
}

}  // namespace busyhour::internal
