#include "deliver/file_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>

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
  // Where writing has got to; a failed write may have written a part.
  const off_t end = ::lseek(fd_, 0, SEEK_CUR);
  if (end >= 0 && ::ftruncate(fd_, end) != 0) {
    // The file is larger on disk than it need be, but right.
  }
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
