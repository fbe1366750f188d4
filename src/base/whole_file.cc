#include "base/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace busyhour::internal {
namespace {

constexpr std::size_t kPieceBytes = 1 << 20;

}  // namespace

std::optional<std::string> ReadWholeFile(const std::string& path,
                                         std::size_t most,
                                         std::string& trouble) {
  // Opening a FIFO without a writer must not block.
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    trouble = errno == ENOENT
                  ? std::string("there is no such file")
                  : std::string("cannot be opened: ") + std::strerror(errno);
    return std::nullopt;
  }
  std::optional<std::string> text;
  struct stat status {};
  if (::fstat(fd, &status) != 0) {
    trouble = std::string("cannot be read: ") + std::strerror(errno);
  } else if (!S_ISREG(status.st_mode)) {
    trouble =
        S_ISDIR(status.st_mode) ? "is a directory" : "is not a regular file";
  } else {
    text.emplace();
    std::size_t size = 0;
    while (size <= most) {
      const std::size_t wanted = std::min(kPieceBytes, most + 1 - size);
      text->resize(size + wanted);
      const ssize_t got = ::read(fd, text->data() + size, wanted);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        trouble = std::string("cannot be read: ") + std::strerror(errno);
        text.reset();
        break;
      }
      if (got == 0) break;
      size += static_cast<std::size_t>(got);
    }
    if (text) text->resize(size);
  }
  ::close(fd);
  return text;
}

}  // namespace busyhour::internal
