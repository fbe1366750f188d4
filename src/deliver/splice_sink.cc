#include "deliver/splice_sink.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

#include "deliver/fd_write.h"

namespace busyhour::internal {
namespace {

ssize_t Lend(int fd, const iovec* pieces, int count) {
  return ::vmsplice(fd, pieces, static_cast<std::size_t>(count), 0);
}

bool ReaderIsGone(int fd) {
  pollfd state{fd, 0, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & POLLERR) != 0;
}

}  // namespace

bool SpliceSink::IsPipe(int fd) noexcept { return PipeBytes(fd) > 0; }

SpliceSink::SpliceSink(int fd, std::string name, const std::atomic<bool>* stop)
    : fd_(fd), name_(std::move(name)), stop_(stop), pipe_bytes_(0) {
  WidenPipe(fd_);
  pipe_bytes_ = PipeBytes(fd_);
}

SpliceSink::~SpliceSink() {
  // A destructor cannot report a failure.
  if (!drained_) static_cast<void>(Finish());
}

Status SpliceSink::Write(std::span<const std::string_view> spans) {
  drained_ = false;
  Status status = WriteFully(fd_, spans, name_, stop_, Lend);
  // The reader may also enlarge the pipe.
  pipe_bytes_ = std::max(pipe_bytes_, PipeBytes(fd_));
  return status;
}

Status SpliceSink::Finish() {
  // No system call waits for this.
  constexpr std::chrono::microseconds kPause{50};
  int unread = 0;
  while (::ioctl(fd_, FIONREAD, &unread) == 0 && unread > 0 &&
         !ReaderIsGone(fd_)) {
    std::this_thread::sleep_for(kPause);
  }
  drained_ = true;
  return Status::Ok();
}

}  // namespace busyhour::internal
