#pragma once

#include <string>
#include <vector>

#include "read/input.h"

namespace busyhour {

/// Opens a file, or with `-` standard input. Empty, and `trouble` set, when it
/// cannot be opened.
InputBytes::Source OpenSource(const std::string& path, std::string& trouble);

struct FoundInput {
  std::string path;
  /// Why it cannot be read, in words for a person; empty when it can.
  std::string trouble;
};

/// The files that the words name, in the order of the words: a directory is all
/// its data files at any depth by name, without manifests and files that are
/// not whole; a word that is no file may be a pattern. Links are followed, but
/// no directory is entered twice on one word's behalf. What is in a directory
/// and can hold no data, or cannot be entered, is there with its trouble. Adds
/// to `problems` the words that name nothing.
std::vector<FoundInput> FindInputs(const std::vector<std::string>& words,
                                   std::vector<std::string>& problems);

}  // namespace busyhour
