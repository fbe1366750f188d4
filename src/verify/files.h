#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "busyhour/error.h"

namespace busyhour {

/// Something about a file that is not as its manifest says.
struct FileTrouble {
  enum class Kind : std::uint8_t {
    kMissing,     ///< no such file
    kPart,        ///< there, but under the name of one that is not whole
    kSize,        ///< longer or shorter
    kChanged,     ///< of the same size, and other bytes
    kUnreadable,  ///< no regular file, or one that cannot be read
    kStray,       ///< not in the manifest, and would be taken for one of it
  };
  Kind kind = Kind::kMissing;
  std::string file;  ///< its path
  std::string detail;
};
/// `missing`, `part`, ...
const char* NameOf(FileTrouble::Kind kind) noexcept;

/// The files of one data set, as they are and as its manifest says.
struct FilesVerdict {
  std::string manifest;  ///< its path
  bool complete = false;
  std::uint64_t files = 0;    ///< that the manifest names
  std::uint64_t bytes = 0;    ///< that were read
  std::uint64_t records = 0;  ///< that the manifest has written
  std::vector<FileTrouble> troubles;

  bool passed() const noexcept { return complete && troubles.empty(); }
};

/// Compares the files beside a manifest with what it says of them: each is
/// there, of its size and XXH3-128, none bears `.part`, and there is no other
/// that would be taken for one of the data set. Of one that is not complete,
/// the file at hand is compared as far as it had been written.
///
/// `path` is a manifest or the directory of one. Reads the files piece by
/// piece. Adds what is wrong with the manifest itself to `problems`.
FilesVerdict CheckFiles(const std::string& path,
                        std::vector<Problem>& problems);

/// The verdicts as JSON: `passed`, and `data_sets` with `manifest`, `state`,
/// `files`, `bytes`, `records` and `troubles`.
std::string FilesJson(const std::vector<FilesVerdict>& verdicts);

}  // namespace busyhour
