#include "deliver/file_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace busyhour {

FileSink::FileSink(std::string path) : path_(std::move(path)) {}

FileSink::~FileSink() {
  if (fd_ >= 0) ::close(fd_);
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
  return out_->Write(spans);
}

Status FileSink::Finish() {
  // Some file systems report a full disk only now.
  const int closed = ::close(std::exchange(fd_, -1));
  if (closed != 0) {
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
