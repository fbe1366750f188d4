#pragma once

#include <nlohmann/json_fwd.hpp>
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

/// The manifests of the data sets in the directory `path`: that of its first
/// job, `manifest.json`, and those of further jobs in a storage tree,
/// `<JobKeyOf>.manifest.json`, sorted. If there are none, `manifest.json`,
/// which does not exist. If `path` is a file with all records of a data set,
/// the manifest beside it; any other file is itself the manifest.
std::vector<std::string> ManifestPathsOf(const std::string& path);

/// The manifest at `path`, or the only one in the directory `path`. If there
/// are several, the first one, and a problem that names all.
std::string ManifestPathOf(const std::string& path,
                           std::vector<Problem>& problems);

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
/// The same for the JSON of the manifest at `path`.
std::optional<SavedFiles> ReadManifestFiles(const nlohmann::json& json,
                                            const std::string& path,
                                            std::vector<Problem>& problems);

/// `profile "voice-bot", seed 1, from 2026-03-02T08:00:00Z`: the job of a
/// manifest's JSON, for messages.
std::string JobWordsOf(const nlohmann::json& json);

/// How the job of a manifest's JSON differs from that of `wanted`: `it has seed
/// 2, and this one seed 1`. Empty if it is the same one.
std::vector<std::string> DifferencesFrom(const nlohmann::json& json,
                                         const Manifest& wanted);

/// Reads the manifest of an earlier run of the same job, `wanted`, at `path`.
/// Throws `InputError` with all reasons against resuming: it belongs to another
/// job, or was edited.
Manifest ReadInterrupted(const Manifest& wanted, const std::string& path);

}  // namespace busyhour::internal
