#pragma once

#include <string>

#include "base/status.h"

// What must happen so that files survive a loss of power.

namespace busyhour::internal {

/// Forces the names in the directory of `path` to the disk. File systems that
/// cannot do this are no failure.
Status SyncDirectoryOf(const std::string& path);

/// Creates a directory and those around it. `syncs`: also forces their names to
/// the disk.
Status MakeDirectories(const std::string& directory, bool syncs);

}  // namespace busyhour::internal
