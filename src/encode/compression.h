#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace busyhour::internal {

/// The compression of a stream: `kLz4` in the encoder itself, the others with a
/// library, after the records are combined. `kSnappy` is only for the pages of
/// columnar files.
enum class Compression : std::uint8_t { kNone, kLz4, kGzip, kZstd, kSnappy };

struct CompressionInfo {
  Compression compression;
  /// Its name in options.
  std::string_view name;
  /// The extension of its files, including the dot. It follows the frame's
  /// extension. Empty if there are no such files.
  std::string_view extension;
};

inline constexpr std::array<CompressionInfo, 5> kCompressions = {
    {{Compression::kNone, "none", ""},
     {Compression::kLz4, "lz4", ".lz4"},
     {Compression::kGzip, "gzip", ".gz"},
     {Compression::kZstd, "zstd", ".zst"},
     {Compression::kSnappy, "snappy", ""}}};

inline constexpr const CompressionInfo& Info(Compression compression) {
  return kCompressions[static_cast<std::size_t>(compression)];
}

}  // namespace busyhour::internal
