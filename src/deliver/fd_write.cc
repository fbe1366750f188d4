#include "deliver/fd_write.h"

#include <limits.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace busyhour::internal {
namespace {

constexpr std::size_t kMaxPieces = std::min(IOV_MAX, 256);

// For how long a stopped run waits for the reader, to end with a whole line.
constexpr int kLastLineMs = 1000;

// Writes the rest of a line that was written in part. A pipe that
// is ready for writing takes `PIPE_BUF` bytes without waiting.
void EndLine(int fd, std::string_view line, PutPieces put) {
  line = line.substr(0, line.find('\n') + 1);
  pollfd ready{fd, POLLOUT, 0};
  while (!line.empty() && ::poll(&ready, 1, kLastLineMs) > 0) {
    const iovec piece{const_cast<char*>(line.data()),
                      std::min<std::size_t>(line.size(), PIPE_BUF)};
    const ssize_t written = put(fd, &piece, 1);
    if (written > 0) {
      line.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      return;
    }
  }
}

}  // namespace

Status WriteFully(int fd, std::span<const std::string_view> spans,
                  const std::string& name, const std::atomic<bool>* stop,
                  PutPieces put) {
  std::array<iovec, kMaxPieces> pieces;
  std::size_t skip = 0;  // bytes of the first span that are already written
  while (!spans.empty()) {
    if (stop != nullptr && *stop) {
      if (skip > 0 && spans[0][skip - 1] != '\n') {
        EndLine(fd, spans[0].substr(skip), put);
      }
      return Status::Closed();
    }
    const std::size_t count = std::min(spans.size(), pieces.size());
    for (std::size_t i = 0; i < count; ++i) {
      pieces[i] = {const_cast<char*>(spans[i].data()), spans[i].size()};
    }
    pieces[0].iov_base = static_cast<char*>(pieces[0].iov_base) + skip;
    pieces[0].iov_len -= skip;
    const ssize_t written = put(fd, pieces.data(), static_cast<int>(count));
    if (written < 0) {
      if (errno == EAGAIN) {
        pollfd ready{fd, POLLOUT, 0};
        ::poll(&ready, 1, -1);
        continue;
      }
      if (errno == EINTR) continue;
      if (errno == EPIPE) return Status::Closed();
      return Status::Failed("cannot write to " + name + ": " +
                            std::strerror(errno));
    }
    skip += static_cast<std::size_t>(written);
    while (!spans.empty() && skip >= spans.front().size()) {
      skip -= spans.front().size();
      spans = spans.subspan(1);
    }
  }
  return Status::Ok();
}

}  // namespace busyhour::internal
