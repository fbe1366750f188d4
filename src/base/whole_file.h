#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace busyhour::internal {

/// The content of a regular file of at most `most` bytes; of a longer file, the
/// first `most` + 1 bytes. Returns nothing if the file cannot be read;
/// `trouble` is then the reason. Pipes and devices are refused without
/// blocking.
std::optional<std::string> ReadWholeFile(const std::string& path,
                                         std::size_t most,
                                         std::string& trouble);

}  // namespace busyhour::internal
