#include "dataset/dataset.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <set>
#include <thread>
#include <utility>

#include "base/time.h"
#include "busyhour/error.h"
#include "dataset/file_form.h"
#include "deliver/disk.h"
#include "deliver/open_files.h"
#include "deliver/output_path.h"
#include "deliver/splice_sink.h"
#include "deliver/storage_path.h"

namespace busyhour::internal {

namespace fs = std::filesystem;

Dataset::Dataset(const std::string& out, const Profile& profile, const Job& job,
                 Options options)
    : out_(out),
      options_(std::move(options)),
      files_(out, job, options_.owners),
      manifest_path_(files_.ManifestPath()) {
  if (out_.empty()) throw InputError("--out", "the name is empty");
  manifest_.profile = &profile;
  manifest_.job = job;
  RefuseWrongPlace();
  for (const OutputFiles::Stream& stream : files_.streams()) {
    auto series = std::make_unique<FileSeries>(
        stream.directory, stream.name_of,
        FileRules{options_.force || options_.resume, options_.syncs, &names_});
    series_.push_back(series.get());
    sinks_.push_back(std::move(series));
  }
  if (files_.is_tree() && options_.blob_periods) {
    // The simulation takes long: others should not have to wait for it.
    std::vector<Problem> told_later;
    const TreeJobs others(out_, manifest_, told_later);
    if (!GoesOn(others) && others.ShareStreams(files_)) BlobPeriods();
  }
  if (files_.kind() == OutKind::kDirectory) {
    std::error_code error;
    const bool is_new = !fs::exists(out_, error);
    LockDirectory();
    // Another run may be creating it: `Open` looks when it is locked.
    if (is_new && !directory_lock_.is_held()) return;
  }
  ReadWhatIsThere();
}

// Prevents other runs from writing into the directory, if it exists. In a
// storage tree, only until there is a manifest, for which others can wait.
void Dataset::LockDirectory() {
  constexpr std::chrono::milliseconds kStep(10);
  constexpr int kSteps = 1000;  // 10 s
  auto lock = FileLock::Of(out_);
  for (int left = files_.is_tree() ? kSteps : 0; !lock && left > 0; --left) {
    std::this_thread::sleep_for(kStep);
    lock = FileLock::Of(out_);
  }
  if (!lock) {
    throw InputError("--out", out_ + ": another busyhour is writing here");
  }
  directory_lock_ = std::move(*lock);
}

TreeJobs::Periods Dataset::BlobPeriods() {
  if (!blob_periods_) blob_periods_ = options_.blob_periods(files_.routes());
  return *blob_periods_;
}

// Whether the job resumes an earlier run. Its blobs were compared with those of
// other jobs when it began.
bool Dataset::GoesOn(const TreeJobs& others) const {
  std::error_code error;
  return options_.resume && fs::exists(others.own_manifest(), error);
}

// Finds the place of a job among the others in a storage tree, and refuses
// blobs that another job has.
void Dataset::JoinTree() {
  std::vector<Problem> problems;
  tree_.emplace(out_, manifest_, problems);
  manifest_path_ = tree_->own_manifest();
  std::optional<FileLock> lock = FileLock::Of(manifest_path_);
  if (!lock) {
    throw InputError("--out",
                     manifest_path_ + ": another busyhour is writing this job");
  }
  manifest_lock_ = std::move(*lock);
  if (!GoesOn(*tree_)) {
    tree_->RefuseSameBlobs(
        files_, [this] { return BlobPeriods(); }, problems);
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

// Looks for files of an earlier run, to resume it or to refuse overwriting
// them.
void Dataset::ReadWhatIsThere() {
  if (files_.is_tree()) JoinTree();
  std::error_code error;
  if (!options_.resume || !fs::exists(manifest_path_, error)) {
    RefuseToOverwrite();
    RememberReplaced();
    return;
  }
  Manifest left = ReadInterrupted(manifest_, manifest_path_);
  goes_on_ = true;
  const auto refuse = [this](const std::string& what) {
    throw InputError("--resume", manifest_path_ + ' ' + what);
  };
  // A manifest that was written before the first checkpoint has no streams.
  if (!left.complete && left.streams.empty()) return;
  if (!left.complete && left.streams.size() != series_.size()) {
    refuse("does not have a position for each file");
  }
  std::vector<std::uint64_t> numbers(series_.size());
  for (const Manifest::File& file : left.files) {
    const std::size_t index = files_.Find(file.category, file.name);
    if (index == series_.size()) {
      refuse("has a file that is not of this job: " + file.name);
    }
    const std::uint64_t number = ++numbers[index];
    // The manifest does not contain the periods of the blobs before the current
    // one.
    if (!file.is_part && manifest_.job.layout != Layout::kFlat) continue;
    const StreamFile as_planned =
        file.is_part ? left.streams[index].file : StreamFile{number, -1};
    if (file.name != series_[index]->NameFor(as_planned)) {
      refuse("has a file that is not of this job: " + file.name);
    }
  }
  manifest_.complete = left.complete;
  manifest_.streams = std::move(left.streams);
  left_ = std::move(left.files);
}

Dataset::~Dataset() {
  if (device_fd_ >= 0) ::close(device_fd_);
}

Status Dataset::Open(const std::atomic<bool>* stop, bool splice) {
  switch (files_.kind()) {
    case OutKind::kStandardOutput:
      if (splice) {
        sinks_.push_back(std::make_unique<SpliceSink>(STDOUT_FILENO,
                                                      "standard output", stop));
      } else {
        sinks_.push_back(
            std::make_unique<FdSink>(STDOUT_FILENO, "standard output", stop));
      }
      return Status::Ok();
    case OutKind::kNull:
      sinks_.push_back(std::make_unique<NullSink>());
      return Status::Ok();
    case OutKind::kDevice:
      device_fd_ = ::open(out_.c_str(), O_WRONLY | O_CLOEXEC);
      if (device_fd_ < 0) {
        return Status::Failed("cannot open " + out_ + ": " +
                              std::strerror(errno));
      }
      sinks_.push_back(std::make_unique<FdSink>(device_fd_, out_, stop));
      return Status::Ok();
    case OutKind::kDirectory: {
      // Nothing has been written.
      if (Status status = MakeDirectories(out_, options_.syncs, &names_);
          !status.ok()) {
        throw InputError("--out", status.message());
      }
      break;
    }
    case OutKind::kFile:
      break;
  }
  if (files_.kind() == OutKind::kDirectory && !directory_lock_.is_held()) {
    // The directory did not exist before. Another run may have created it
    // since.
    LockDirectory();
    ReadWhatIsThere();
  }
  // With several resources, there are streams for each.
  if (series_.size() > kLogTypeCount) {
    if (Status status = AllowOpenFiles(series_.size()); !status.ok()) {
      return status;
    }
  }
  if (!manifest_.streams.empty()) {
    // Its manifest is locked.
    if (files_.is_tree()) directory_lock_.Release();
    return ResumeFiles();
  }
  const Job& job = manifest_.job;
  if (files_.kind() == OutKind::kFile) {
    // Only the run that has locked the temporary file may write the manifest.
    if (Status status = series_[0]->Open({1, -1}); !status.ok()) return status;
    return WriteOwnManifest();
  }
  // The manifest, which marks the files as incomplete, is written before them.
  if (Status status = WriteOwnManifest(); !status.ok()) return status;
  if (job.layout != Layout::kFlat) return Status::Ok();
  if (job.rotate_bytes > 0) {
    // Remaining files of a longer data set would look like a part of this one.
    for (const std::string& path : files_.Existing()) {
      std::error_code error;
      fs::remove(path, error);
      if (error) {
        return Status::Failed("cannot remove " + path + ": " + error.message());
      }
    }
  }
  for (FileSeries* series : series_) {
    if (Status status = series->Open({1, -1}); !status.ok()) return status;
  }
  return Status::Ok();
}

Status Dataset::WriteOwnManifest() {
  FillFiles({}, false);
  return SaveManifest();
}

// Of a storage tree, the manifest is locked during the run. Others may then
// add their jobs.
Status Dataset::SaveManifest() {
  // What the manifest says must be there after a loss of power, too.
  if (Status status = names_.Sync(); !status.ok()) return status;
  if (!files_.is_tree()) {
    return WriteManifest(manifest_, manifest_path_, options_.syncs);
  }
  Status status =
      WriteManifest(manifest_, manifest_path_, options_.syncs, &manifest_lock_);
  if (status.ok()) directory_lock_.Release();
  return status;
}

// Opens the files of an earlier run at the positions where it stopped.
Status Dataset::ResumeFiles() {
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const StreamPoint& point = manifest_.streams[i];
    std::vector<FileSeries::Entry> whole;
    const Manifest::File* part = nullptr;
    for (const Manifest::File& file : left_) {
      if (files_.Find(file.category, file.name) != i) continue;
      if (file.is_part) {
        part = &file;
      } else {
        whole.push_back(
            {file.name, file.records, file.bytes, file.fingerprint});
      }
    }
    if (Status status = series_[i]->Resume(std::move(whole)); !status.ok()) {
      return status;
    }
    if (!point.open) continue;
    Status status =
        part != nullptr
            ? series_[i]->ResumeFile(point.file, part->bytes, part->fingerprint)
            : Status::Failed(manifest_path_ + " is damaged: a file is missing");
    if (!status.ok()) return status;
  }
  return Status::Ok();
}

void Dataset::RememberReplaced() {
  std::error_code error;
  if (files_.kind() != OutKind::kDirectory || files_.is_tree() ||
      !fs::exists(manifest_path_, error)) {
    return;
  }
  std::vector<Problem> ignored;  // nothing is known about its files then
  const auto files = ReadManifestFiles(manifest_path_, ignored);
  if (!files) return;
  for (const Manifest::File& file : files->files) {
    replaced_.push_back(file.name);
  }
}

std::vector<std::string> Dataset::LeftFromReplaced() const {
  std::set<std::string> names(replaced_.begin(), replaced_.end());
  for (const Manifest::File& file : manifest_.files) names.erase(file.name);
  std::erase_if(names, [this](const std::string& name) {
    std::error_code error;
    return !fs::exists(fs::path(out_) / name, error);
  });
  return {names.begin(), names.end()};
}

Status Dataset::CheckFinished() const {
  const fs::path directory = files_.kind() == OutKind::kDirectory
                                 ? fs::path(out_)
                                 : fs::path(out_).parent_path();
  for (const Manifest::File& file : left_) {
    if (Status status = CheckFile((directory / file.name).string(), file.bytes,
                                  file.fingerprint);
        !status.ok()) {
      return Status::Failed(status.message() + "; --force starts over");
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
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const auto add = [&](const FileSeries::Entry& entry) {
      manifest_.files.push_back({entry.name, files_.streams()[i].category,
                                 entry.records, entry.bytes, entry.fingerprint,
                                 false});
    };
    for (const FileSeries::Entry& entry : series_[i]->whole()) add(entry);
    if (!series_[i]->has_current()) continue;
    add(series_[i]->current());
    manifest_.files.back().is_part = !complete;
    if (i < snapshot.streams.size()) {
      manifest_.files.back().records = snapshot.streams[i].file_records;
    }
  }
}

Status Dataset::Checkpoint(const Snapshot& snapshot) {
  for (FileSeries* const series : series_) {
    if (Status status = series->Sync(); !status.ok()) return status;
  }
  return Close(snapshot, false);
}

Status Dataset::Close(const Snapshot& snapshot, bool complete) {
  if (!files_.has_files()) return Status::Ok();
  manifest_.tally = snapshot.tally;
  manifest_.complete = complete;
  manifest_.streams = snapshot.streams;
  FillFiles(snapshot, complete);
  return SaveManifest();
}

void Dataset::Remove() {
  std::error_code error;
  const auto remove = [&](std::size_t stream, const std::string& name) {
    const std::string path =
        fs::path(files_.streams()[stream].directory) / name;
    fs::remove(path, error);
    fs::remove(PartPathOf(path), error);
  };
  for (std::size_t i = 0; i < series_.size(); ++i) {
    for (const FileSeries::Entry& entry : series_[i]->whole()) {
      remove(i, entry.name);
    }
    if (series_[i]->has_current()) remove(i, series_[i]->current().name);
  }
  fs::remove(manifest_path_, error);
}

}  // namespace busyhour::internal
