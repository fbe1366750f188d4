#pragma once

#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "dataset/manifest.h"
#include "profile/profile.h"

namespace busyhour {

/// A manifest as it was read, with a profile made of its text.
struct SavedManifest {
  Profile profile;
  Manifest manifest;  ///< its `profile` is null
};

/// The manifest that a person means by `path`: that of a directory is in it.
std::string ManifestPathOf(const std::string& path);

/// Reads the manifest at `path` strictly: it must be as it was written (its
/// own fingerprint holds), of this version's format, and each member must be
/// there, of its type, and possible beside the others. Nothing, and all that is
/// wrong in `problems`, when it is not.
std::optional<SavedManifest> ReadManifest(const std::string& path,
                                          std::vector<Problem>& problems);

/// The files that a manifest names.
struct SavedFiles {
  bool complete = false;
  std::vector<Manifest::File> files;
};

/// Reads no more of a manifest than its files, so that those of any format can
/// be compared with it. It must be as it was written.
std::optional<SavedFiles> ReadManifestFiles(const std::string& path,
                                            std::vector<Problem>& problems);

/// Reads what an earlier run of the same job, `wanted`, has noted at `path`.
/// Throws `InputError` with all that stands against going on: it is of another
/// job, or not as it was written.
Manifest ReadInterrupted(const Manifest& wanted, const std::string& path);

}  // namespace busyhour
