#include "verify/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/fingerprint.h"
#include "base/paths.h"
#include "base/printable.h"
#include "base/units.h"
#include "deliver/storage_path.h"
#include "encode/compression.h"
#include "framing/frame.h"
#include "logs/log.h"
#include "verify/manifests.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;
using Kind = FileTrouble::Kind;

constexpr std::size_t kPieceBytes = 1 << 20;

// The starts of the names of a storage tree's containers, and of their blobs.
struct TreeNames {
  std::string_view container;
  std::string_view blob;
};
constexpr std::array<TreeNames, 2> kTrees = {
    {{"insights-logs-", kStorageBlobName}, {"am-", kExportBlobStem}}};

std::string Bytes(std::uint64_t bytes) { return FormatCount(bytes) + " bytes"; }

// Removes `tail` from the end of `name`. False if it is not there.
bool TakeEnd(std::string_view& name, std::string_view tail) {
  if (tail.empty() || !name.ends_with(tail)) return false;
  name.remove_suffix(tail.size());
  return true;
}

// Whether `name` has the form of a file name of `generate`: a category, an
// optional number, the extension of a frame, and optionally the extension of a
// compression and `.part`.
bool IsNameOfOurs(std::string_view name) {
  TakeEnd(name, kPartEnding);
  for (const CompressionInfo& info : kCompressions) {
    if (TakeEnd(name, info.extension)) break;
  }
  const bool has_frame = std::any_of(
      Frames().begin(), Frames().end(),
      [&](const auto& info) { return TakeEnd(name, info.extension); });
  if (!has_frame) return false;
  for (const LogInfo& log : Logs()) {
    if (name == log.category) return true;
    if (!name.starts_with(log.category)) continue;
    std::string_view number = name.substr(log.category.size());
    if (!number.starts_with('.') || number.size() < 2) continue;
    number.remove_prefix(1);
    if (number.find_first_not_of("0123456789") == number.npos) return true;
  }
  return false;
}

// Checks one data set.
class FilesCheck {
 public:
  FilesCheck(FilesVerdict& verdict, const std::string& manifest)
      : verdict_(verdict), directory_(fs::path(manifest).parent_path()) {}

  // Another data set in the directory has this file.
  void AllowOther(const std::string& name) {
    named_.insert((directory_ / name).lexically_normal());
  }

  void File(const Manifest::File& file) {
    const fs::path path = directory_ / file.name;
    if (!named_.insert(path.lexically_normal()).second) {
      Add(Kind::kChanged, path, "is listed twice");
      return;
    }
    const fs::path part = path.string() + std::string(kPartEnding);
    if (file.is_part) named_.insert(part.lexically_normal());
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
        named_.insert(part.lexically_normal());
      } else {
        Add(Kind::kMissing, path, "is missing");
      }
      return;
    }
    Content(path, file, false);
  }

  // Reports the files that could be mistaken for files of the data set. Call
  // this after all files.
  void Strays(const std::string& single) {
    std::error_code error;
    if (!single.empty()) {
      // The user chooses the name of a file with several logs, so only its
      // `.part` file can be recognized.
      Stray((directory_ / single).string() + std::string(kPartEnding));
      return;
    }
    const fs::path here = directory_.empty() ? fs::path(".") : directory_;
    std::vector<fs::path> found;
    for (fs::directory_iterator each(here, error), end; !error && each != end;
         each.increment(error)) {
      const std::string name = each->path().filename();
      if (each->is_directory(error)) {
        for (const TreeNames& tree : kTrees) {
          if (!name.starts_with(tree.container)) continue;
          Blobs(directory_ / name, tree.blob, found);
        }
      } else if (IsNameOfOurs(name)) {
        found.push_back(directory_ / name);
      }
    }
    std::sort(found.begin(), found.end());
    for (const fs::path& path : found) Stray(path);
  }

 private:
  void Add(Kind kind, const fs::path& path, std::string detail) {
    verdict_.troubles.push_back({kind, path.string(), std::move(detail)});
  }

  void Blobs(const fs::path& container, std::string_view blob,
             std::vector<fs::path>& found) {
    std::error_code error;
    for (fs::recursive_directory_iterator each(container, error), end;
         !error && each != end; each.increment(error)) {
      const std::string name = each->path().filename();
      if (name.starts_with(blob) && !each->is_directory(error)) {
        found.push_back(each->path());
      }
    }
  }

  void Stray(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(path, error)) ||
        named_.contains(path.lexically_normal())) {
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
  std::set<fs::path> named_;
  std::vector<char> buffer_;
};

// The files of the other data sets in the directory of a manifest. Nothing if
// the names of all of them are not known, because one is incomplete.
std::optional<std::vector<std::string>> FilesBeside(
    const std::string& manifest) {
  std::vector<std::string> names;
  for (const std::string& path : ManifestPathsOf(DirectoryOf(manifest))) {
    std::error_code error;
    if (fs::path(path).filename() == fs::path(manifest).filename() ||
        !fs::exists(path, error)) {
      continue;
    }
    std::vector<Problem> unreadable;
    const std::optional<SavedFiles> saved = ReadManifestFiles(path, unreadable);
    if (!saved || !saved->complete) return std::nullopt;
    for (const Manifest::File& file : saved->files) names.push_back(file.name);
  }
  return names;
}

// Checks the data set of one manifest. Files that could be mistaken for one of
// a data set are reported once for each directory; `searched` has those that
// were searched before.
FilesVerdict CheckDataSet(const std::string& manifest,
                          std::set<fs::path>& searched,
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
    check.Strays(single);
    return verdict;
  }
  if (!searched.insert(fs::path(manifest).parent_path()).second) return verdict;
  if (const auto others = FilesBeside(manifest)) {
    for (const std::string& name : *others) check.AllowOther(name);
    check.Strays("");
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
  std::set<fs::path> searched;
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
