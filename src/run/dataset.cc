#include "run/dataset.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/time.h"
#include "busyhour/error.h"
#include "deliver/output_path.h"
#include "deliver/splice_sink.h"
#include "deliver/storage_path.h"
#include "run/file_form.h"

namespace busyhour {
namespace {

namespace fs = std::filesystem;

}  // namespace

Dataset::Kind Dataset::KindOf(const std::string& out) {
  if (out == "-") return Dataset::Kind::kStandardOutput;
  if (out == "null:") return Dataset::Kind::kNull;
  std::error_code error;
  const fs::file_status status = fs::status(out, error);
  if (fs::is_directory(status)) return Dataset::Kind::kDirectory;
  if (fs::exists(status)) {
    return fs::is_regular_file(status) ? Dataset::Kind::kFile
                                       : Dataset::Kind::kDevice;
  }
  return out.ends_with('/') || !FormOf(out).is_file ? Dataset::Kind::kDirectory
                                                    : Dataset::Kind::kFile;
}

namespace {

std::string Padded(std::uint64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

constexpr std::size_t kNumberDigits = 4;

// Whether `name` is that of a file of a series: `<head>.<digits><tail>`.
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

}  // namespace

Dataset::Dataset(const std::string& out, const Profile& profile, const Job& job,
                 Options options)
    : out_(out), kind_(KindOf(out)), options_(std::move(options)) {
  if (out_.empty()) throw InputError("--out", "\"\" names nothing");
  manifest_.profile = &profile;
  manifest_.job = job;
  RefuseWrongPlace();
  PlanFiles();
  if (kind_ == Kind::kDirectory) LockDirectory();
  ReadWhatIsThere();
}

// Keeps others from writing into the directory, if it is there. The lock ends
// with the process.
void Dataset::LockDirectory() {
  const int fd = ::open(out_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  if (!LockForWriting(fd)) {
    ::close(fd);
    throw InputError("--out", out_ + ": another busyhour is writing here");
  }
  lock_fd_ = fd;
}

// What an earlier run has left, to go on with or not to be overwritten.
void Dataset::ReadWhatIsThere() {
  std::error_code error;
  if (!options_.resume || !fs::exists(ManifestPath(), error)) {
    RefuseToOverwrite();
    return;
  }
  Manifest left = ReadInterrupted(manifest_, ManifestPath());
  goes_on_ = true;
  const auto refuse = [this](const std::string& what) {
    throw InputError("--resume", ManifestPath() + ' ' + what);
  };
  // One that was written before the first checkpoint knows of no stream.
  if (!left.complete && left.streams.empty()) return;
  if (!left.complete && left.streams.size() != files_.size()) {
    refuse("has not a place for each file");
  }
  std::vector<std::uint64_t> numbers(files_.size());
  for (const Manifest::File& file : left.files) {
    const auto at =
        std::find(categories_.begin(), categories_.end(), file.category);
    if (at == categories_.end()) {
      refuse("has a file that is not of this job: " + file.name);
    }
    const auto index = static_cast<std::size_t>(at - categories_.begin());
    const std::uint64_t number = ++numbers[index];
    // Of blobs before the one at hand the hours are not noted.
    if (!file.is_part && manifest_.job.layout == Layout::kStorage) continue;
    const StreamFile as_planned =
        file.is_part ? left.streams[index].file : StreamFile{number, -1};
    if (file.name != files_[index]->NameFor(as_planned)) {
      refuse("has a file that is not of this job: " + file.name);
    }
  }
  manifest_.complete = left.complete;
  manifest_.streams = std::move(left.streams);
  left_ = std::move(left.files);
}

Dataset::~Dataset() {
  if (device_fd_ >= 0) ::close(device_fd_);
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

void Dataset::RefuseWrongPlace() const {
  std::vector<Problem> problems;
  const auto refuse = [&](const char* option, const char* message) {
    problems.push_back({option, 0, 0, "", message});
  };
  if (kind_ != Kind::kDirectory) {
    constexpr const char* kMessage = "is for a directory: --out DIR";
    if (manifest_.job.layout != Layout::kFlat) refuse("--layout", kMessage);
    if (manifest_.job.rotate_bytes > 0) refuse("--rotate", kMessage);
  }
  if (options_.resume && !HasFiles()) {
    refuse("--resume", "is for files: --out DIR or --out FILE");
  }
  if (options_.resume && options_.force) {
    refuse("--resume", "does not go with --force, which begins anew");
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

void Dataset::AddSeries(std::string directory, std::string_view category,
                        FileSeries::NameOf name_of) {
  auto series =
      std::make_unique<FileSeries>(std::move(directory), std::move(name_of),
                                   options_.force || options_.resume);
  files_.push_back(series.get());
  sinks_.push_back(std::move(series));
  categories_.emplace_back(category);
}

void Dataset::PlanFiles() {
  const Job& job = manifest_.job;
  if (kind_ == Kind::kFile) {
    const fs::path path(out_);
    paths_.push_back(out_);
    AddSeries(
        path.parent_path(), "",
        [name = path.filename().string()](const StreamFile&) { return name; });
  }
  if (kind_ != Kind::kDirectory) return;
  const std::string packed(Info(job.compression).extension);
  const std::string extension = std::string(Info(job.frame).extension) + packed;
  for (const LogInfo& log : Logs()) {
    if (!job.logs.Has(log.log)) continue;
    routes_[log.log] = files_.size();
    const std::string category(log.category);
    std::string shown;
    FileSeries::NameOf name_of;
    if (job.layout == Layout::kStorage) {
      const std::string head =
          StorageContainerOf(category) + "/resourceId=" + options_.resource_id;
      const std::string blob = std::string(kStorageBlobName) + packed;
      name_of = [head, blob](const StreamFile& file) {
        return head + StorageHourPath(file.hour) + blob;
      };
      shown = StorageContainerOf(category) + "/*/" + blob;
    } else if (job.rotate_bytes > 0) {
      name_of = [category, extension](const StreamFile& file) {
        return category + '.' + Padded(file.number, kNumberDigits) + extension;
      };
      shown = category + ".*" + extension;
    } else {
      shown = category + extension;
      name_of = [shown](const StreamFile&) { return shown; };
    }
    paths_.push_back(fs::path(out_) / shown);
    AddSeries(out_, category, std::move(name_of));
  }
}

std::string Dataset::ManifestPath() const {
  return kind_ == Kind::kDirectory
             ? std::string(fs::path(out_) / "manifest.json")
             : out_ + ".manifest.json";
}

// Files that are where ours would be, or would be taken for ours, under their
// names or the temporary ones.
std::vector<std::string> Dataset::ExistingFiles() const {
  const Job& job = manifest_.job;
  std::vector<std::string> found;
  std::error_code error;
  if (job.layout == Layout::kStorage) {
    for (const std::string& category : categories_) {
      const fs::path container = fs::path(out_) / StorageContainerOf(category);
      // What is written through a link lies elsewhere.
      if (fs::is_symlink(container, error)) found.push_back(container);
      for (const auto& entry :
           fs::recursive_directory_iterator(container, error)) {
        const std::string name = entry.path().filename();
        if (name.starts_with(kStorageBlobName) || entry.is_symlink()) {
          found.push_back(entry.path());
        }
      }
    }
  } else if (job.rotate_bytes > 0) {
    for (const auto& entry : fs::directory_iterator(out_, error)) {
      if (HasNumberedName(entry.path().filename())) {
        found.push_back(entry.path());
      }
    }
  } else {
    for (const std::string& path : paths_) {
      for (const std::string& each : {path, PartPathOf(path)}) {
        if (fs::exists(fs::symlink_status(each, error))) found.push_back(each);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Whether it is that of a file of a series, whole or not.
bool Dataset::HasNumberedName(std::string name) const {
  const std::string extension =
      std::string(Info(manifest_.job.frame).extension) +
      std::string(Info(manifest_.job.compression).extension);
  return std::any_of(categories_.begin(), categories_.end(),
                     [&](const std::string& category) {
                       return IsNumbered(name, category, extension) ||
                              IsNumbered(name, category, PartPathOf(extension));
                     });
}

bool Dataset::Owns(const std::string& path) const {
  if (!HasFiles()) return false;
  const auto is = [&path](const std::string& own) {
    return IsSameFile(path, own) || IsSameFile(path, PartPathOf(own)) ||
           IsSameFile(PartPathOf(path), own);
  };
  if (is(ManifestPath())) return true;
  std::error_code error;
  const std::string full = fs::weakly_canonical(fs::absolute(path), error);
  const std::string here = fs::weakly_canonical(fs::absolute(out_), error);
  // A directory on the way to the files, which may not be there yet.
  if ((fs::path(here) / "")
          .string()
          .starts_with((fs::path(full) / "").string())) {
    return true;
  }
  const Job& job = manifest_.job;
  if (job.layout == Layout::kStorage) {
    return std::any_of(
        categories_.begin(), categories_.end(), [&](const auto& category) {
          return full.starts_with(
              (fs::path(here) / StorageContainerOf(category) / "").string());
        });
  }
  if (job.rotate_bytes > 0) {
    const fs::path named(path);
    const std::string directory =
        named.has_parent_path() ? named.parent_path().string() : ".";
    return IsSameFile(directory, out_) && HasNumberedName(named.filename());
  }
  return std::any_of(paths_.begin(), paths_.end(), is);
}

void Dataset::RefuseToOverwrite() const {
  constexpr std::size_t kMostShown = 5;
  if (!HasFiles()) return;
  std::vector<std::string> refused;
  for (const std::string& path : ExistingFiles()) {
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(path, error))) {
      refused.push_back(path + " is not a file, and cannot be replaced");
    } else if (!options_.force) {
      refused.push_back(path + " is already there; --force replaces it");
    }
  }
  std::vector<Problem> problems;
  const auto refuse = [&](std::string message) {
    problems.push_back({"--out", 0, 0, "", std::move(message)});
  };
  for (std::string& message : refused) {
    if (problems.size() == kMostShown) {
      refuse("so are " + std::to_string(refused.size() - kMostShown) + " more");
      break;
    }
    refuse(std::move(message));
  }
  std::string objection = ObjectionToReplacing(ManifestPath(), options_.force);
  if (!objection.empty()) refuse(std::move(objection));
  if (!problems.empty()) throw InputError(std::move(problems));
}

Status Dataset::Open(const std::atomic<bool>* stop, bool splice) {
  switch (kind_) {
    case Kind::kStandardOutput:
      if (splice) {
        sinks_.push_back(std::make_unique<SpliceSink>(STDOUT_FILENO,
                                                      "standard output", stop));
      } else {
        sinks_.push_back(
            std::make_unique<FdSink>(STDOUT_FILENO, "standard output", stop));
      }
      return Status::Ok();
    case Kind::kNull:
      sinks_.push_back(std::make_unique<NullSink>());
      return Status::Ok();
    case Kind::kDevice:
      device_fd_ = ::open(out_.c_str(), O_WRONLY | O_CLOEXEC);
      if (device_fd_ < 0) {
        return Status::Failed("cannot open " + out_ + ": " +
                              std::strerror(errno));
      }
      sinks_.push_back(std::make_unique<FdSink>(device_fd_, out_, stop));
      return Status::Ok();
    case Kind::kDirectory: {
      std::error_code error;
      fs::create_directories(out_, error);
      if (error) {
        return Status::Failed("cannot create the directory " + out_ + ": " +
                              error.message());
      }
      break;
    }
    case Kind::kFile:
      break;
  }
  if (kind_ == Kind::kDirectory && lock_fd_ < 0) {
    // It was not there before: somebody else may have made it since.
    LockDirectory();
    ReadWhatIsThere();
  }
  if (!manifest_.streams.empty()) return ResumeFiles();
  const Job& job = manifest_.job;
  if (kind_ == Kind::kFile) {
    // Whose temporary file it is may write the manifest.
    if (Status status = files_[0]->Open({1, -1}); !status.ok()) return status;
    return WriteOwnManifest();
  }
  // First the word that the files are not whole, then the files.
  if (Status status = WriteOwnManifest(); !status.ok()) return status;
  if (job.layout == Layout::kStorage) return Status::Ok();
  if (job.rotate_bytes > 0) {
    // What is left of a longer one would look like a part of this.
    std::error_code error;
    for (const std::string& path : ExistingFiles()) fs::remove(path, error);
  }
  for (FileSeries* series : files_) {
    if (Status status = series->Open({1, -1}); !status.ok()) return status;
  }
  return Status::Ok();
}

Status Dataset::WriteOwnManifest() {
  FillFiles({}, false);
  return WriteManifest(manifest_, ManifestPath());
}

// Opens the files of an earlier run where it has left them.
Status Dataset::ResumeFiles() {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const StreamPoint& point = manifest_.streams[i];
    std::vector<FileSeries::Entry> whole;
    const Manifest::File* part = nullptr;
    for (const Manifest::File& file : left_) {
      if (file.category != categories_[i]) continue;
      if (file.is_part) {
        part = &file;
      } else {
        whole.push_back(
            {file.name, file.records, file.bytes, file.fingerprint});
      }
    }
    if (Status status = files_[i]->Resume(std::move(whole)); !status.ok()) {
      return status;
    }
    if (!point.open) continue;
    Status status =
        part != nullptr
            ? files_[i]->ResumeFile(point.file, part->bytes, part->fingerprint)
            : Status::Failed(ManifestPath() + " is damaged: it lacks a file");
    if (!status.ok()) return status;
  }
  return Status::Ok();
}

Status Dataset::CheckFinished() const {
  const fs::path directory =
      kind_ == Kind::kDirectory ? fs::path(out_) : fs::path(out_).parent_path();
  for (const Manifest::File& file : left_) {
    if (Status status = CheckFile((directory / file.name).string(), file.bytes,
                                  file.fingerprint);
        !status.ok()) {
      return Status::Failed(status.message() + "; --force begins anew");
    }
  }
  return Status::Ok();
}

std::vector<Sink*> Dataset::sinks() const {
  std::vector<Sink*> sinks;
  for (const auto& sink : sinks_) sinks.push_back(sink.get());
  return sinks;
}

void Dataset::FillFiles(const Snapshot& snapshot, bool complete) {
  manifest_.files.clear();
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const auto add = [&](const FileSeries::Entry& entry) {
      manifest_.files.push_back({entry.name, categories_[i], entry.records,
                                 entry.bytes, entry.fingerprint, false});
    };
    for (const FileSeries::Entry& entry : files_[i]->whole()) add(entry);
    if (!files_[i]->has_current()) continue;
    add(files_[i]->current());
    manifest_.files.back().is_part = !complete;
    if (i < snapshot.streams.size()) {
      manifest_.files.back().records = snapshot.streams[i].file_records;
    }
  }
}

Status Dataset::Checkpoint(const Snapshot& snapshot) {
  return Close(snapshot, false);
}

Status Dataset::Close(const Snapshot& snapshot, bool complete) {
  if (!HasFiles()) return Status::Ok();
  manifest_.tally = snapshot.tally;
  manifest_.complete = complete;
  manifest_.streams = snapshot.streams;
  FillFiles(snapshot, complete);
  return WriteManifest(manifest_, ManifestPath());
}

}  // namespace busyhour
