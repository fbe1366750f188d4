#pragma once

#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "dataset/manifest.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// A manifest that was read, with the profile from its text.
struct SavedManifest {
  Profile profile;
  Manifest manifest;  ///< its `profile` is null
};

/// The manifest at `path`, or in the directory `path`.
std::string ManifestPathOf(const std::string& path);

/// Reads the manifest at `path` strictly: it must be unedited (its fingerprint
/// matches) and have this version's format, and each member must be present,
/// have its type, and be consistent with the others. Otherwise nothing, with
/// all errors in `problems`.
std::optional<SavedManifest> ReadManifest(const std::string& path,
                                          std::vector<Problem>& problems);

/// The files that a manifest names.
struct SavedFiles {
  bool complete = false;
  std::vector<Manifest::File> files;
};

/// Reads only the files listed in a manifest, so that manifests of any format
/// can be checked. It must be unedited.
std::optional<SavedFiles> ReadManifestFiles(const std::string& path,
                                            std::vector<Problem>& problems);

/// Reads the manifest of an earlier run of the same job, `wanted`, at `path`.
/// Throws `InputError` with all reasons against resuming: it belongs to another
/// job, or was edited.
Manifest ReadInterrupted(const Manifest& wanted, const std::string& path);

}  // namespace busyhour::internal
