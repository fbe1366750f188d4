#pragma once

#include <string>
#include <vector>

#include "read/input.h"

namespace busyhour::internal {

/// Opens a file, or standard input for `-`. Empty, with `trouble` set, if it
/// cannot be opened.
InputBytes::Source OpenSource(const std::string& path, std::string& trouble);

struct FoundInput {
  std::string path;
  /// Why it cannot be read, as a message; empty if it can.
  std::string trouble;
};

/// What a directory has, at any depth, sorted by name. Links are followed, but
/// each directory is entered only once. Hidden files are left out.
struct DirectoryFiles {
  std::vector<FoundInput> inputs;      ///< what `FindInputs` finds in it
  std::vector<std::string> parts;      ///< incomplete files
  std::vector<std::string> manifests;  ///< files with the names of manifests
};
DirectoryFiles FilesOfDirectory(const std::string& directory);

/// The files that the arguments name, in this order. A directory stands for all
/// its data files at any depth, sorted by name, without manifests and
/// incomplete files. An argument that is not a file may be a pattern. Links are
/// followed, but each directory is read only once per argument. Unreadable
/// entries of a directory are returned with their error. Adds arguments that
/// match nothing to `problems`, and Parquet files, with the command that
/// converts them.
std::vector<FoundInput> FindInputs(const std::vector<std::string>& words,
                                   std::vector<std::string>& problems);

}  // namespace busyhour::internal
