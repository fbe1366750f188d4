#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace busyhour::internal {

/// Decompresses one kind of stream, piece by piece. For one thread.
class Inflater {
 public:
  enum class State { kMore, kEnd, kBroken };
  virtual ~Inflater() = default;
  /// Reads from `in`, writes to `out`, and advances both. `kEnd` after the last
  /// byte of a frame; another frame may follow.
  virtual State Inflate(const char*& in, const char* in_end, char*& out,
                        char* out_end) = 0;
  /// `gzip`, `zstd`, `LZ4`.
  virtual const char* name() const = 0;
};

/// Number of bytes that identify the compression of a stream.
inline constexpr std::size_t kMagicBytes = 4;

/// The inflater for a stream that begins with `head`; null if it is not
/// compressed.
std::unique_ptr<Inflater> InflaterFor(std::string_view head);

}  // namespace busyhour::internal
