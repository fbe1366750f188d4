#include "deliver/fd_sink.h"

#include <span>
#include <string_view>
#include <utility>

#include "base/system.h"
#include "deliver/fd_write.h"

namespace busyhour::internal {

FdSink::FdSink(int fd, std::string name, const std::atomic<bool>* stop)
    : fd_(fd), name_(std::move(name)), stop_(stop) {
  WidenPipe(fd_);
}

Status FdSink::Write(std::span<const std::string_view> spans) {
  return WriteFully(fd_, spans, name_, stop_, ::writev);
}

}  // namespace busyhour::internal
