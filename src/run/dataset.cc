#include "run/dataset.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "busyhour/error.h"
#include "deliver/splice_sink.h"

namespace busyhour {
namespace {

namespace fs = std::filesystem;

// A path that has the look of a file: its last part ends in the extension of a
// frame or of something compressed.
bool LooksLikeFile(const fs::path& path) {
  const auto fits = [&path](const auto& info) {
    return !info.extension.empty() && path.extension() == info.extension;
  };
  return std::any_of(Frames().begin(), Frames().end(), fits) ||
         std::any_of(kCompressions.begin(), kCompressions.end(), fits);
}

Dataset::Kind KindOf(const std::string& out) {
  if (out == "-") return Dataset::Kind::kStandardOutput;
  if (out == "null:") return Dataset::Kind::kNull;
  std::error_code error;
  const fs::file_status status = fs::status(out, error);
  if (fs::is_directory(status)) return Dataset::Kind::kDirectory;
  if (fs::exists(status)) {
    return fs::is_regular_file(status) ? Dataset::Kind::kFile
                                       : Dataset::Kind::kDevice;
  }
  return out.ends_with('/') || !LooksLikeFile(out) ? Dataset::Kind::kDirectory
                                                   : Dataset::Kind::kFile;
}

}  // namespace

Dataset::Dataset(const std::string& out, const Profile& profile, const Job& job,
                 bool force)
    : out_(out), kind_(KindOf(out)) {
  if (out_.empty()) throw InputError("--out", "\"\" names nothing");
  manifest_.profile = &profile;
  manifest_.job = job;
  PlanFiles(job);
  if (!force) RefuseToOverwrite();
}

Dataset::~Dataset() {
  if (device_fd_ >= 0) ::close(device_fd_);
}

void Dataset::PlanFiles(const Job& job) {
  if (kind_ == Kind::kFile) {
    paths_.push_back(out_);
    manifest_.files.push_back({fs::path(out_).filename(), "", 0, 0, ""});
  }
  if (kind_ != Kind::kDirectory) return;
  for (const LogInfo& log : Logs()) {
    const auto index = static_cast<std::size_t>(log.log);
    if (!job.logs[index]) continue;
    routes_[index] = paths_.size();
    const std::string name = std::string(log.category) +
                             std::string(Info(job.frame).extension) +
                             std::string(Info(job.compression).extension);
    paths_.push_back(fs::path(out_) / name);
    manifest_.files.push_back({name, std::string(log.category), 0, 0, ""});
  }
}

std::string Dataset::ManifestPath() const {
  return kind_ == Kind::kDirectory
             ? std::string(fs::path(out_) / "manifest.json")
             : out_ + ".manifest.json";
}

void Dataset::RefuseToOverwrite() const {
  std::vector<Problem> problems;
  std::error_code error;
  std::vector<std::string> targets = paths_;
  if (!paths_.empty()) targets.push_back(ManifestPath());
  for (const std::string& path : targets) {
    if (fs::exists(fs::symlink_status(path, error))) {
      problems.push_back(
          {"--out", 0, 0, "", path + " is already there; --force replaces it"});
    }
  }
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
  // First the word that the files are not whole, then the files.
  if (Status status = WriteManifest(manifest_, ManifestPath()); !status.ok()) {
    return status;
  }
  for (const std::string& path : paths_) {
    auto file = std::make_unique<FileSink>(path);
    if (Status status = file->Open(); !status.ok()) return status;
    files_.push_back(file.get());
    sinks_.push_back(std::move(file));
  }
  return Status::Ok();
}

std::vector<Sink*> Dataset::sinks() const {
  std::vector<Sink*> sinks;
  for (const auto& sink : sinks_) sinks.push_back(sink.get());
  return sinks;
}

void Dataset::FillFiles(const Tally& tally) {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    Manifest::File& file = manifest_.files[i];
    file.bytes = files_[i]->bytes();
    file.fingerprint = files_[i]->fingerprint();
    file.records = 0;
    for (std::size_t log = 0; log < kLogTypeCount; ++log) {
      if (manifest_.job.logs[log] && routes_[log] == i) {
        file.records += tally.records[log];
      }
    }
  }
}

Status Dataset::Close(const Tally& tally, bool complete) {
  if (paths_.empty() || files_.size() != paths_.size()) return Status::Ok();
  manifest_.tally = tally;
  manifest_.complete = complete;
  FillFiles(tally);
  return WriteManifest(manifest_, ManifestPath());
}

}  // namespace busyhour
