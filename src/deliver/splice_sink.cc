#include "deliver/splice_sink.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <span>
#include <string_view>
#include <utility>

#include "base/exit_code.h"
#include "base/system.h"
#include "deliver/fd_write.h"
#include "deliver/wait.h"

namespace busyhour::internal {
namespace {

// For how long a stopped run waits for a reader that reads nothing.
constexpr std::chrono::seconds kLongestStall{1};

bool ReaderIsGone(int fd) {
  pollfd state{fd, 0, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & POLLERR) != 0;
}

}  // namespace

bool SpliceSink::IsPipe(int fd) noexcept {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
}

SpliceSink::SpliceSink(int fd, std::string name, const std::atomic<bool>* stop)
    : fd_(fd), name_(std::move(name)), stop_(stop) {
  WidenPipe(fd_);
  lent_bytes_ = LentBytes(fd_);
}

SpliceSink::~SpliceSink() {
  // A destructor cannot report a failure.
  if (!drained_) static_cast<void>(Finish());
}

Status SpliceSink::Write(std::span<const std::string_view> spans) {
  drained_ = false;
  Status status = WriteFully(fd_, spans, name_, stop_, PutPages);
  // The reader may also enlarge the pipe.
  lent_bytes_ = std::max(lent_bytes_, LentBytes(fd_));
  return status;
}

Status SpliceSink::Finish() {
  // No system call waits for this.
  constexpr std::chrono::microseconds kPause{50};
  std::chrono::nanoseconds last_read = SteadyNow();
  int unread = 0;
  for (int before = -1;
       ::ioctl(fd_, FIONREAD, &unread) == 0 && unread > 0 && !ReaderIsGone(fd_);
       before = unread) {
    const std::chrono::nanoseconds now = SteadyNow();
    if (unread != before) last_read = now;
    // To return would let the process use the unread pages again.
    if (stop_ != nullptr && *stop_ && now - last_read > kLongestStall) {
      std::_Exit(kInterrupted);
    }
    SleepFor(kPause);
  }
  drained_ = true;
  return Status::Ok();
}

}  // namespace busyhour::internal
