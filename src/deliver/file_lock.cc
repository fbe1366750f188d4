#include "deliver/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "deliver/output_path.h"

namespace busyhour::internal {

FileLock::FileLock(FileLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  if (this != &other) {
    Release();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileLock::Release() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::optional<FileLock> FileLock::Of(const std::string& path) {
  constexpr int kMostTries = 100;
  for (int tries = 1;; ++tries) {
    FileLock lock(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!lock.is_held()) return lock;
    if (!LockForWriting(lock.fd_)) return std::nullopt;
    // Its writer may have replaced the file before the lock was there.
    if (IsOpenAs(lock.fd_, path) || tries == kMostTries) return lock;
  }
}

bool LockForWriting(int fd) {
  return ::flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

}  // namespace busyhour::internal
