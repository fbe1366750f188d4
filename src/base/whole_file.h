#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace busyhour {

/// All of a regular file of at most `most` bytes; of a longer one, one byte
/// more than that. Nothing when it cannot be read, and `trouble` says why, in
/// words for a person. A pipe or device is refused without waiting for it.
std::optional<std::string> ReadWholeFile(const std::string& path,
                                         std::size_t most,
                                         std::string& trouble);

}  // namespace busyhour
