#include "deliver/file_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/signals_held.h"
#include "base/system.h"
#include "busyhour/error.h"
#include "deliver/disk.h"

namespace busyhour::internal {
namespace {

// Disk space is reserved in steps as large as the file, within these limits.
// This avoids a search for free space at every write, and saves a quarter of
// the time.
constexpr std::uint64_t kLeastReserve = 1 << 20;
constexpr std::uint64_t kMostReserve = 64 << 20;

[[noreturn]] void RefuseSecondWriter(const std::string& path) {
  throw InputError(path, "another busyhour is writing here");
}

// The name may have been taken since it was checked.
std::string ObjectionToRename(const std::string& path, bool may_replace) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return "";
  if (!S_ISREG(info.st_mode)) return path + " is not a file";
  return may_replace ? "" : path + " exists by now";
}

}  // namespace

FileSink::FileSink(std::string path, FileRules rules)
    : path_(std::move(path)), rules_(rules) {}

FileSink::~FileSink() {
  // The file is still locked, and so is not that of another run.
  discarded_.reset();
  if (fd_ >= 0) Close();
}

// Reserves space for a file of `bytes` bytes, without changing its length.
void FileSink::Reserve(std::uint64_t bytes) noexcept {
  if (bytes <= reserved_) return;
  const std::uint64_t more = std::max(
      bytes - reserved_, std::clamp(reserved_, kLeastReserve, kMostReserve));
  // Not all file systems support this; a full disk is detected when writing.
  if (!ReserveSpace(fd_, reserved_, more)) {
    reserved_ = std::numeric_limits<std::uint64_t>::max();
    return;
  }
  reserved_ += more;
}

// Releases the space reserved beyond the end. False if an earlier write failed
// and the error appears only now.
bool FileSink::Close() noexcept {
  // The end of the written data; a failed write may have written a part. If
  // truncating fails, the file takes too much disk space but is correct. A file
  // to resume that is still being checked stays as it is.
  const off_t end = out_ == nullptr ? -1 : ::lseek(fd_, 0, SEEK_CUR);
  [[maybe_unused]] const int cut = end < 0 ? 0 : ::ftruncate(fd_, end);
  return ::close(std::exchange(fd_, -1)) == 0;
}

// Removes an existing temporary file, if it may be replaced and no other run is
// writing it.
Status FileSink::RemoveLeftPart() {
  const int left = ::open(part_path().c_str(),
                          O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat info {};
  const bool is_file =
      left >= 0 && ::fstat(left, &info) == 0 && S_ISREG(info.st_mode);
  const bool is_free = is_file && LockForWriting(left);
  if (left >= 0) ::close(left);
  if (!is_file) {
    return Status::Failed("cannot create " + part_path() +
                          ": there is a file that busyhour did not write");
  }
  if (!is_free) RefuseSecondWriter(path_);
  if (!rules_.may_replace) {
    return Status::Failed(part_path() +
                          " is already there; --force replaces it");
  }
  if (::unlink(part_path().c_str()) == 0 || errno == ENOENT) {
    return Status::Ok();
  }
  return Status::Failed("cannot replace " + part_path() + ": " +
                        std::strerror(errno));
}

void FileSink::Lock() {
  if (LockForWriting(fd_)) return;
  ::close(std::exchange(fd_, -1));
  RefuseSecondWriter(path_);
}

Status FileSink::Open() {
  constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  // A signal in between would leave the file.
  std::optional<SignalsHeld> held;
  if (rules_.discards_unfinished) held.emplace();
  fd_ = ::open(part_path().c_str(), kNew, 0644);
  if (fd_ < 0 && errno == EEXIST) {
    if (Status status = RemoveLeftPart(); !status.ok()) return status;
    fd_ = ::open(part_path().c_str(), kNew, 0644);
  }
  if (fd_ < 0) {
    return Status::Failed("cannot create " + part_path() + ": " +
                          std::strerror(errno));
  }
  Lock();
  if (rules_.discards_unfinished) discarded_.emplace(part_path());
  out_ = std::make_unique<FdSink>(fd_, part_path());
  return Status::Ok();
}

// Takes its final name from a file that was finished after its last checkpoint.
Status FileSink::TakeBackName() {
  struct stat info {};
  if (::lstat(part_path().c_str(), &info) == 0 ||
      ::lstat(path_.c_str(), &info) != 0 || !S_ISREG(info.st_mode) ||
      std::rename(path_.c_str(), part_path().c_str()) != 0 || !rules_.syncs) {
    return Status::Ok();
  }
  // The file is not whole once it is truncated.
  return SyncDirectoryOf(path_);
}

Status FileSink::Resume(std::uint64_t bytes, const std::string& fingerprint) {
  if (Status status = TakeBackName(); !status.ok()) return status;
  fd_ =
      ::open(part_path().c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0) {
    return Status::Failed("cannot resume " + part_path() + ": " +
                          std::strerror(errno));
  }
  Lock();
  struct stat info {};
  std::optional<Fingerprint> there;
  // A file with a second name may be a user's copy.
  if (::fstat(fd_, &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1) {
    there = FingerprintOf(fd_, bytes);
  }
  bytes_ = reserved_ = passed_on_ = bytes;
  if (!there || there->Text() != fingerprint) {
    // The existing file remains unchanged.
    ::close(std::exchange(fd_, -1));
    return Status::Failed(
        "cannot resume " + part_path() +
        ": it has changed since the last run; --force starts over");
  }
  fingerprint_ = std::move(*there);
  if (::ftruncate(fd_, static_cast<off_t>(bytes)) != 0) {
    return Status::Failed("cannot truncate " + part_path() + ": " +
                          std::strerror(errno));
  }
  out_ = std::make_unique<FdSink>(fd_, part_path());
  return Status::Ok();
}

Status FileSink::Write(std::span<const std::string_view> spans) {
  for (const std::string_view span : spans) {
    fingerprint_.Add(span);
    bytes_ += span.size();
  }
  Reserve(bytes_);
  Status status = out_->Write(spans);
  if (status.ok()) PassOn();
  return status;
}

// Lets the disk begin to write, so that little is left when the file is forced
// to the disk.
void FileSink::PassOn() noexcept {
  constexpr std::uint64_t kStep = 8 << 20;
  if (!rules_.syncs || bytes_ - passed_on_ < kStep) return;
  // A hint: `Sync` reports failures.
  BeginToWrite(fd_, passed_on_, bytes_ - passed_on_);
  passed_on_ = bytes_;
}

Status FileSink::SyncContent() {
  if (!rules_.syncs || fd_ < 0 || on_disk_ == bytes_) return Status::Ok();
  // Some file systems cannot do this, such as those of some network protocols.
  if (ForceContent(fd_) == 0 || errno == EINVAL || errno == ENOTSUP) {
    on_disk_ = bytes_;
    return Status::Ok();
  }
  return Status::Failed("cannot write to " + part_path() + ": " +
                        std::strerror(errno));
}

Status FileSink::Sync() {
  Status status = SyncContent();
  if (!status.ok() || !rules_.syncs || has_synced_name_) return status;
  status = SyncName(part_path(), rules_.names);
  has_synced_name_ = status.ok();
  return status;
}

Status FileSink::Finish() {
  // Keeps the lock until the file has its final name.
  FileLock lock;
  return FinishLocked(lock);
}

Status FileSink::FinishLocked(FileLock& lock) {
  FileLock own = FileLock::Taken(::fcntl(fd_, F_DUPFD_CLOEXEC, 0));
  Status status = SyncContent();
  // Some file systems report a full disk only on close.
  if (!status.ok()) {
    Close();
  } else if (!Close()) {
    status = Status::Failed("cannot write to " + part_path() + ": " +
                            std::strerror(errno));
  } else if (std::string why = ObjectionToRename(path_, rules_.may_replace);
             !why.empty()) {
    status = Status::Failed("cannot rename " + part_path() + ": " + why);
  } else if (std::rename(part_path().c_str(), path_.c_str()) != 0) {
    status = Status::Failed("cannot rename " + part_path() + " to " + path_ +
                            ": " + std::strerror(errno));
  } else {
    if (discarded_) discarded_->Keep();
    if (rules_.syncs) status = SyncName(path_, rules_.names);
  }
  discarded_.reset();
  lock = std::move(own);
  return status;
}

std::optional<Fingerprint> FingerprintOf(int fd, std::uint64_t bytes) {
  Fingerprint fingerprint;
  std::vector<char> buffer(std::min<std::uint64_t>(
      kLeastReserve, std::max<std::uint64_t>(bytes, 1)));
  while (bytes > 0) {
    const ssize_t got = ::read(fd, buffer.data(),
                               std::min<std::uint64_t>(bytes, buffer.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    fingerprint.Add({buffer.data(), static_cast<std::size_t>(got)});
    bytes -= static_cast<std::uint64_t>(got);
  }
  return fingerprint;
}

Status CheckFile(const std::string& path, std::uint64_t bytes,
                 const std::string& fingerprint) {
  const int fd =
      ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    return Status::Failed(path + " cannot be read: " + std::strerror(errno));
  }
  struct stat info {};
  std::optional<Fingerprint> there;
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
      static_cast<std::uint64_t>(info.st_size) == bytes) {
    there = FingerprintOf(fd, bytes);
  }
  ::close(fd);
  if (there && there->Text() == fingerprint) return Status::Ok();
  return Status::Failed(path + " has changed since the last run");
}

}  // namespace busyhour::internal
