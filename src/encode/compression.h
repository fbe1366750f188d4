#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace busyhour {

/// How a stream is made smaller: `kLz4` by the encoder itself, the others by a
/// library, once the stream is put together.
enum class Compression : std::uint8_t { kNone, kLz4, kGzip, kZstd };

struct CompressionInfo {
  Compression compression;
  /// The word for it in options.
  std::string_view name;
  /// Of the files that hold it, after the frame's, with its dot.
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
