#include "deliver/output_sink.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/system.h"
#include "deliver/wait.h"

namespace busyhour::internal {

OutputSink::OutputSink(int fd, std::string name)
    : fd_(fd), name_(std::move(name)) {}

OutputSink::~OutputSink() {
  if (own_ >= 0) ::close(own_);
}

// Non-blocking mode is a property of the open file description, which other
// programs share. The pipe is therefore opened a second time. If that is not
// allowed, writing blocks.
Status OutputSink::Open() {
  struct stat info {};
  if (::fstat(fd_, &info) != 0 || !S_ISFIFO(info.st_mode)) return Status::Ok();
  WidenPipe(fd_);
  own_ = OpenAgain(fd_);
  return Status::Ok();
}

void OutputSink::Send(Batch& batch) {
  batch_ = &batch;
  written_ = 0;
  Write();
}

void OutputSink::Write() {
  const std::string& bytes = batch_->bytes;
  while (written_ < bytes.size()) {
    const ssize_t written =
        ::write(own_ >= 0 ? own_ : fd_, bytes.data() + written_,
                bytes.size() - written_);
    if (written >= 0) {
      written_ += static_cast<std::size_t>(written);
      continue;
    }
    // A signal may request the end of the run.
    if (errno == EAGAIN || errno == EINTR) return;
    Receipt receipt;
    receipt.kind = Receipt::Kind::kRefused;
    receipt.is_final = true;
    receipt.error = errno == EPIPE ? "the reader closed the pipe"
                                   : "cannot write to " + name_ + ": " +
                                         std::strerror(errno);
    End(std::move(receipt));
    return;
  }
  End({});
}

void OutputSink::End(Receipt receipt) {
  receipt.batch = batch_;
  // The reader may leave data in the pipe unread.
  if (own_ >= 0) receipt.certainty = Certainty::kBuffered;
  ready_.push_back(std::move(receipt));
  batch_ = nullptr;
}

void OutputSink::Poll(std::chrono::nanoseconds wait,
                      std::vector<Receipt>& receipts) {
  if (!ready_.empty()) wait = std::chrono::nanoseconds(0);
  if (batch_ != nullptr) {
    pollfd one{own_ >= 0 ? own_ : fd_, POLLOUT, 0};
    if (WaitFor(one, wait)) Write();
  } else if (wait.count() > 0) {
    SleepFor(wait);
  }
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

}  // namespace busyhour::internal
