#include "dataset/output_files.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/paths.h"
#include "dataset/file_form.h"
#include "dataset/manifest.h"
#include "deliver/output_path.h"
#include "deliver/storage_path.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;

std::string Padded(std::uint64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

constexpr std::size_t kNumberDigits = 4;

// Whether `name` is the name of a file in a series: `<head>.<digits><tail>`.
bool IsNumbered(std::string_view name, std::string_view head,
                std::string_view tail) {
  if (!name.starts_with(head) || !name.ends_with(tail) ||
      name.size() < head.size() + 1 + kNumberDigits + tail.size() ||
      name[head.size()] != '.') {
    return false;
  }
  name.remove_prefix(head.size() + 1);
  name.remove_suffix(tail.size());
  return name.find_first_not_of("0123456789") == name.npos;
}

// The absolute path, as that of a directory, which may not exist.
std::string FullDirectory(const std::string& path, std::error_code& error) {
  return fs::weakly_canonical(fs::absolute(path), error) / "";
}

}  // namespace

std::vector<BlobOwners> BlobOwnersOf(const Worlds& worlds) {
  std::vector<BlobOwners> owners;
  for (const Vocabulary* const words : worlds.vocabularies()) {
    owners.push_back({words->resource_id, words->workspace_resource_id});
  }
  return owners;
}

OutKind OutKindOf(const std::string& out) {
  if (out == "-") return OutKind::kStandardOutput;
  if (out == "null:") return OutKind::kNull;
  std::error_code error;
  const fs::file_status status = fs::status(out, error);
  if (fs::is_directory(status)) return OutKind::kDirectory;
  if (fs::exists(status)) {
    return fs::is_regular_file(status) ? OutKind::kFile : OutKind::kDevice;
  }
  return out.ends_with('/') || !FormOf(out).is_file ? OutKind::kDirectory
                                                    : OutKind::kFile;
}

OutputFiles::OutputFiles(const std::string& out, const Job& job,
                         const std::vector<BlobOwners>& owners)
    : out_(out),
      kind_(OutKindOf(out)),
      layout_(job.layout),
      rotates_(job.rotate_bytes > 0),
      packed_(Info(job.compression).extension),
      extension_(ExtensionOf(job.frame, job.compression)),
      routes_(static_cast<std::uint32_t>(owners.size())) {
  if (kind_ == OutKind::kFile) {
    const fs::path path(out_);
    const auto name_of = [name = path.filename().string()](const StreamFile&) {
      return name;
    };
    Stream& stream = streams_.emplace_back();
    stream.directory = path.parent_path();
    stream.name_of = name_of;
    stream.shown = out_;
  }
  if (kind_ != OutKind::kDirectory) return;
  if (layout_ == Layout::kFlat) {
    for (const LogType log : job.logs) AddLog(Info(log));
    return;
  }
  for (std::uint32_t i = 0; i < owners.size(); ++i) {
    for (const LogType log : job.logs) {
      routes_[i][log] = AddBlobs(Info(log), owners[i]);
    }
  }
}

void OutputFiles::AddLog(const LogInfo& log) {
  for (std::uint32_t i = 0; i < routes_.resources(); ++i) {
    routes_[i][log.log] = streams_.size();
  }
  Stream& stream = streams_.emplace_back();
  const std::string category(log.category);
  stream.directory = out_;
  stream.category = category;
  if (rotates_) {
    stream.name_of = [category,
                      extension = extension_](const StreamFile& file) {
      return category + '.' + Padded(file.number, kNumberDigits) + extension;
    };
    stream.shown = category + ".*" + extension_;
  } else {
    stream.shown = category + extension_;
    stream.name_of = [name = stream.shown](const StreamFile&) { return name; };
  }
  stream.shown = fs::path(out_) / stream.shown;
}

std::size_t OutputFiles::AddBlobs(const LogInfo& log,
                                  const BlobOwners& owners) {
  Stream stream;
  stream.directory = out_;
  stream.category = log.category;
  NameBlobs(log, owners, stream);
  stream.shown = fs::path(out_) / stream.shown;
  // Resources can have the same workspace.
  const std::size_t index = Find(stream.category, stream.head);
  if (index == streams_.size()) streams_.push_back(std::move(stream));
  return index;
}

void OutputFiles::NameBlobs(const LogInfo& log, const BlobOwners& owners,
                            Stream& stream) const {
  std::string head;
  if (layout_ == Layout::kDataExport) {
    stream.container = ExportContainerOf(log.table);
    stream.blob_stem = kExportBlobStem;
    stream.shown = ExportBlobName(0);
    head = "/WorkspaceResourceId=" + owners.workspace_id;
  } else {
    stream.container = StorageContainerOf(log.category);
    stream.blob_stem = kStorageBlobName;
    stream.shown = kStorageBlobName;
    head = "/resourceId=" + owners.resource_id;
  }
  // A slash, because one resource's name may be the start of another's.
  stream.head = stream.container + head + '/';
  stream.name_of = [head = stream.container + head, packed = packed_,
                    layout = layout_](const StreamFile& file) {
    const SimTime begin{file.period * Info(layout).period_ms};
    const std::string blob = layout == Layout::kDataExport
                                 ? ExportBlobName(file.part)
                                 : std::string(kStorageBlobName);
    return head + StorageTimePath(begin) + blob + packed;
  };
  stream.shown = stream.container + "/*/" + stream.shown + packed_;
}

std::size_t OutputFiles::Find(std::string_view category,
                              std::string_view name) const {
  const auto at =
      std::find_if(streams_.begin(), streams_.end(), [&](const Stream& stream) {
        return stream.category == category && name.starts_with(stream.head);
      });
  return static_cast<std::size_t>(at - streams_.begin());
}

std::string OutputFiles::ManifestPath() const {
  return kind_ == OutKind::kDirectory
             ? std::string(fs::path(out_) / kManifestName)
             : out_ + std::string(kKeyedManifestEnd);
}

std::vector<std::string> OutputFiles::Existing() const {
  std::vector<std::string> found;
  std::error_code error;
  if (layout_ != Layout::kFlat) return ExistingBlobs();
  if (rotates_) {
    for (const auto& entry : fs::directory_iterator(out_, error)) {
      if (HasNumberedName(entry.path().filename())) {
        found.push_back(entry.path());
      }
    }
  } else {
    for (const Stream& stream : streams_) {
      for (const std::string& each : {stream.shown, PartPathOf(stream.shown)}) {
        if (fs::exists(fs::symlink_status(each, error))) found.push_back(each);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> OutputFiles::ExistingBlobs() const {
  std::set<std::string> found;
  for (const Stream& stream : streams_) {
    fs::path folder(out_);
    for (const fs::path& each : fs::path(stream.head)) {
      // Files that are written through a link are stored elsewhere.
      std::error_code error;
      if (each.empty()) continue;
      folder /= each;
      if (fs::is_symlink(folder, error)) found.insert(folder);
    }
    const std::vector<std::string> blobs = FilesBelow(folder, stream.blob_stem);
    found.insert(blobs.begin(), blobs.end());
  }
  return {found.begin(), found.end()};
}

// Whether `name` is the final or temporary name of a file in a series.
bool OutputFiles::HasNumberedName(const std::string& name) const {
  return std::any_of(
      streams_.begin(), streams_.end(), [&](const Stream& stream) {
        return IsNumbered(name, stream.category, extension_) ||
               IsNumbered(name, stream.category, PartPathOf(extension_));
      });
}

bool OutputFiles::Contains(const std::string& path) const {
  std::error_code error;
  return kind_ == OutKind::kDirectory &&
         FullDirectory(path, error).starts_with(FullDirectory(out_, error));
}

bool OutputFiles::Owns(const std::string& path) const {
  if (!has_files()) return false;
  const auto is = [&path](const std::string& own) {
    return IsSameFile(path, own) || IsSameFile(path, PartPathOf(own)) ||
           IsSameFile(PartPathOf(path), own);
  };
  if (is(ManifestPath())) return true;
  std::error_code error;
  const std::string full = fs::weakly_canonical(fs::absolute(path), error);
  const std::string here = fs::weakly_canonical(fs::absolute(out_), error);
  // A directory that contains the files, directly or not; it may not exist yet.
  if (FullDirectory(out_, error).starts_with(FullDirectory(path, error))) {
    return true;
  }
  if (layout_ != Layout::kFlat) {
    return std::any_of(streams_.begin(), streams_.end(),
                       [&](const Stream& stream) {
                         return full.starts_with(
                             (fs::path(here) / stream.container / "").string());
                       });
  }
  if (rotates_) {
    return IsSameFile(DirectoryOf(path), out_) &&
           HasNumberedName(fs::path(path).filename());
  }
  return std::any_of(streams_.begin(), streams_.end(),
                     [&](const Stream& stream) { return is(stream.shown); });
}

}  // namespace busyhour::internal
