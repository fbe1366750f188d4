#include <zlib.h>

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/compressor.h"

namespace busyhour {
namespace {

// Logs are so repetitive that higher levels gain little: see
// docs/performance.md.
constexpr int kGzipLevel = 1;
// The largest window; 16 selects a gzip header instead of zlib's.
constexpr int kWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;  // zlib's default

class GzipCompressor : public Compressor {
 public:
  GzipCompressor() {
    if (deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kWindowBits,
                     kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~GzipCompressor() override { deflateEnd(&stream_); }

  bool Compress(std::string_view text,
                std::vector<char>& packed) noexcept override {
    if (deflateReset(&stream_) != Z_OK) return false;
    try {
      packed.resize(deflateBound(&stream_, text.size()));
    } catch (const std::bad_alloc&) {
      return false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream_.avail_out = static_cast<uInt>(packed.size());
    if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) return false;
    packed.resize(stream_.total_out);
    return true;
  }

  bool Expand(std::string_view packed, std::size_t bytes,
              std::string& text) noexcept override {
    try {
      text.resize(bytes);
    } catch (const std::bad_alloc&) {
      return false;
    }
    z_stream stream{};
    if (inflateInit2(&stream, kWindowBits) != Z_OK) return false;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    const bool is_whole =
        inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == bytes;
    inflateEnd(&stream);
    return is_whole;
  }

 private:
  z_stream stream_{};
};

}  // namespace

std::unique_ptr<Compressor> NewGzipCompressor() {
  return std::make_unique<GzipCompressor>();
}

}  // namespace busyhour
