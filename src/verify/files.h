#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "busyhour/error.h"

namespace busyhour::internal {

/// A difference between a file and its manifest.
struct FileTrouble {
  enum class Kind : std::uint8_t {
    kMissing,     ///< no such file
    kPart,        ///< present, but with the name of an incomplete file
    kSize,        ///< longer or shorter
    kChanged,     ///< the same size, but other bytes
    kUnreadable,  ///< not a regular file, or not readable
    kStray,       ///< in no manifest, but `verify` would read it
  };
  Kind kind = Kind::kMissing;
  std::string file;  ///< its path
  std::string detail;
};
/// `missing`, `part`, ...
const char* NameOf(FileTrouble::Kind kind) noexcept;

/// The result of checking the files of one data set.
struct FilesVerdict {
  std::string manifest;  ///< its path
  bool complete = false;
  std::uint64_t files = 0;    ///< number of files in the manifest
  std::uint64_t bytes = 0;    ///< bytes that were read
  std::uint64_t records = 0;  ///< records according to the manifest
  std::vector<FileTrouble> troubles;

  bool passed() const noexcept { return complete && troubles.empty(); }
};

/// Compares the files of data sets with their manifests: each exists with its
/// size and XXH3-128, none is named `.part`, and the directory has no other
/// file at any depth that `verify` would read (`FindInputs`), apart from the
/// blobs of `metrics` and from files of other complete manifests. In an
/// incomplete data set, the current file is compared up to its recorded length.
///
/// `paths` are manifests, or directories of one or more. Reads the files piece
/// by piece. Adds errors in the manifests themselves to `problems`.
std::vector<FilesVerdict> CheckFiles(const std::vector<std::string>& paths,
                                     std::vector<Problem>& problems);

/// The verdicts as JSON: `passed`, and `data_sets` with `manifest`, `state`,
/// `files`, `bytes`, `records` and `troubles`.
std::string FilesJson(const std::vector<FilesVerdict>& verdicts);

}  // namespace busyhour::internal
