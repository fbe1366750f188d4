#include "deliver/disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/paths.h"

namespace busyhour::internal {

namespace fs = std::filesystem;

namespace {

Status SyncDirectory(const std::string& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // A directory may be writable only.
  if (fd < 0 && errno == EACCES) return Status::Ok();
  const int result = fd < 0 ? -1 : ::fsync(fd);
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (result == 0 || error == EINVAL || error == ENOTSUP || error == EROFS) {
    return Status::Ok();
  }
  return Status::Failed("cannot force the directory " + directory +
                        " to the disk: " + std::strerror(error));
}

}  // namespace

Status SyncDirectoryOf(const std::string& path) {
  return SyncDirectory(DirectoryOf(path));
}

void UnsyncedNames::Add(const std::string& path) {
  directories_.insert(DirectoryOf(path));
}

Status UnsyncedNames::Sync() {
  for (const std::string& directory : directories_) {
    if (Status status = SyncDirectory(directory); !status.ok()) return status;
  }
  directories_.clear();
  return Status::Ok();
}

Status SyncName(const std::string& path, UnsyncedNames* names) {
  if (names == nullptr) return SyncDirectoryOf(path);
  names->Add(path);
  return Status::Ok();
}

Status MakeDirectories(const std::string& directory, bool syncs,
                       UnsyncedNames* names) {
  std::error_code error;
  std::vector<fs::path> missing;
  for (fs::path each = directory; !each.empty() && !fs::exists(each, error);
       each = each.parent_path()) {
    missing.push_back(each);
  }
  fs::create_directories(directory, error);
  if (error) {
    return Status::Failed("cannot create the directory " + directory + ": " +
                          error.message());
  }
  for (const fs::path& each : missing) {
    if (!syncs) break;
    if (Status status = SyncName(each.string(), names); !status.ok()) {
      return status;
    }
  }
  return Status::Ok();
}

}  // namespace busyhour::internal
