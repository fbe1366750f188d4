#pragma once

#include <set>
#include <string>

#include "base/status.h"

// What must happen so that files survive a loss of power.

namespace busyhour::internal {

/// Forces the names in the directory of `path` to the disk. File systems that
/// cannot do this are no failure.
Status SyncDirectoryOf(const std::string& path);

/// Names that must be on the disk later. To force many of them there at once
/// takes hardly longer than to force one, because the file system writes its
/// journal once.
class UnsyncedNames {
 public:
  /// Adds the name of a file or directory.
  void Add(const std::string& path);
  /// Forces all added names to the disk, see `SyncDirectoryOf`.
  Status Sync();

 private:
  std::set<std::string> directories_;  // which contain the names
};

/// Forces the name of `path` to the disk, or adds it to `names` if that is not
/// null.
Status SyncName(const std::string& path, UnsyncedNames* names);

/// Creates a directory and those around it. `syncs`: also forces their names to
/// the disk, or adds them to `names` if that is not null.
Status MakeDirectories(const std::string& directory, bool syncs,
                       UnsyncedNames* names = nullptr);

}  // namespace busyhour::internal
