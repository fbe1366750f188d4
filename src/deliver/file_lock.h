#pragma once

#include <optional>
#include <string>

namespace busyhour::internal {

/// A lock on a file or directory, which excludes other locks on it (`flock`).
/// It ends with this object, or with the process. A file system without locks
/// never refuses one.
class FileLock {
 public:
  /// No lock.
  FileLock() = default;
  ~FileLock() { Release(); }
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;

  /// Locks what `path` names: a file that replaces it later is another one.
  /// Nothing if it is locked already; no lock if it cannot be opened.
  static std::optional<FileLock> Of(const std::string& path);
  /// Takes over a file that `LockForWriting` has locked.
  static FileLock Taken(int fd) noexcept { return FileLock(fd); }

  bool is_held() const noexcept { return fd_ >= 0; }
  void Release() noexcept;

 private:
  explicit FileLock(int fd) noexcept : fd_(fd) {}

  int fd_ = -1;
};

/// Locks the file that `fd` is open on, until all descriptors of this opening
/// are closed. False if it is locked already.
bool LockForWriting(int fd);

}  // namespace busyhour::internal
