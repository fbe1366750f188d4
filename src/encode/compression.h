#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace busyhour {

/// The compression of a stream: `kLz4` in the encoder itself, the others with a
/// library, after the records are combined.
enum class Compression : std::uint8_t { kNone, kLz4, kGzip, kZstd };

struct CompressionInfo {
  Compression compression;
  /// Its name in options.
  std::string_view name;
  /// The extension of its files, including the dot. It follows the frame's
  /// extension.
  std::string_view extension;
};

inline constexpr std::array<CompressionInfo, 4> kCompressions = {
    {{Compression::kNone, "none", ""},
     {Compression::kLz4, "lz4", ".lz4"},
     {Compression::kGzip, "gzip", ".gz"},
     {Compression::kZstd, "zstd", ".zst"}}};

inline constexpr const CompressionInfo& Info(Compression compression) {
  return kCompressions[static_cast<std::size_t>(compression)];
}

}  // namespace busyhour
