#include "deliver/file_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

namespace busyhour {
namespace {

// Disk is asked for in steps as large as what is there, within these: that the
// file system need not look for it at every write saves it a quarter of the
// time.
constexpr std::uint64_t kLeastReserve = 1 << 20;
constexpr std::uint64_t kMostReserve = 64 << 20;

}  // namespace

FileSink::FileSink(std::string path) : path_(std::move(path)) {}

FileSink::~FileSink() {
  if (fd_ >= 0) Close();
}

// Makes room for a file of `bytes` bytes, without making it longer.
void FileSink::Reserve(std::uint64_t bytes) noexcept {
  if (bytes <= reserved_) return;
  const std::uint64_t more = std::max(
      bytes - reserved_, std::clamp(reserved_, kLeastReserve, kMostReserve));
  // Not every file system can; a full disk shows when it is written to.
  if (::fallocate(fd_, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(reserved_),
                  static_cast<off_t>(more)) != 0) {
    reserved_ = std::numeric_limits<std::uint64_t>::max();
    return;
  }
  reserved_ += more;
}

// Gives back what was reserved beyond the end. False when writing failed, and
// only now this shows.
bool FileSink::Close() noexcept {
  // Where writing has got to; a failed write may have written a part. If this
  // fails, the file is larger on disk than it need be, but right.
  const off_t end = ::lseek(fd_, 0, SEEK_CUR);
  [[maybe_unused]] const int cut = end < 0 ? 0 : ::ftruncate(fd_, end);
  return ::close(std::exchange(fd_, -1)) == 0;
}

Status FileSink::Open() {
  fd_ = ::open(part_path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
               0644);
  if (fd_ < 0) {
    return Status::Failed("cannot create " + part_path() + ": " +
                          std::strerror(errno));
  }
  out_ = std::make_unique<FdSink>(fd_, part_path());
  return Status::Ok();
}

Status FileSink::Resume(std::uint64_t bytes, const std::string& fingerprint) {
  // It may have been finished after what was noted of it.
  if (::access(part_path().c_str(), F_OK) != 0) {
    std::rename(path_.c_str(), part_path().c_str());
  }
  fd_ = ::open(part_path().c_str(), O_RDWR | O_CLOEXEC);
  if (fd_ < 0) {
    return Status::Failed("cannot go on with " + part_path() + ": " +
                          std::strerror(errno));
  }
  const bool is_as_left = ReadBack(bytes) && fingerprint_.Text() == fingerprint;
  bytes_ = reserved_ = bytes;
  if (!is_as_left) {
    // What is there stays as it is.
    ::close(std::exchange(fd_, -1));
    return Status::Failed("cannot go on with " + part_path() +
                          ": it does not hold what it held when it was left; "
                          "--force begins anew");
  }
  if (::ftruncate(fd_, static_cast<off_t>(bytes)) != 0) {
    return Status::Failed("cannot shorten " + part_path() + ": " +
                          std::strerror(errno));
  }
  out_ = std::make_unique<FdSink>(fd_, part_path());
  return Status::Ok();
}

bool FileSink::ReadBack(std::uint64_t bytes) {
  std::vector<char> buffer(kLeastReserve);
  while (bytes > 0) {
    const ssize_t got = ::read(fd_, buffer.data(),
                               std::min<std::uint64_t>(bytes, buffer.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    fingerprint_.Add({buffer.data(), static_cast<std::size_t>(got)});
    bytes -= static_cast<std::uint64_t>(got);
  }
  return true;
}

Status FileSink::Write(std::span<const std::string_view> spans) {
  for (const std::string_view span : spans) {
    fingerprint_.Add(span);
    bytes_ += span.size();
  }
  Reserve(bytes_);
  return out_->Write(spans);
}

Status FileSink::Finish() {
  // Some file systems report a full disk only now.
  if (!Close()) {
    return Status::Failed("cannot write to " + part_path() + ": " +
                          std::strerror(errno));
  }
  if (std::rename(part_path().c_str(), path_.c_str()) != 0) {
    return Status::Failed("cannot rename " + part_path() + " to " + path_ +
                          ": " + std::strerror(errno));
  }
  return Status::Ok();
}

}  // namespace busyhour
