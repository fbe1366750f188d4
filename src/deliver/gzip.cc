#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/compressor.h"
#include "deliver/deflate.h"
#include "deliver/matcher.h"

namespace busyhour::internal {
namespace {

// Of texts without hints. Logs are so repetitive that higher levels gain
// little: see docs/performance.md.
constexpr int kGzipLevel = 1;
// The largest window; 16 selects a gzip header instead of zlib's.
constexpr int kWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;  // zlib's default

// As zlib writes it: no flags, no time, the fastest way, Unix.
constexpr std::string_view kHeader("\x1f\x8b\x08\0\0\0\0\0\x04\x03", 10);
// The checksum and the size of the text.
constexpr std::size_t kTrailerBytes = 8;

class GzipCompressor : public Compressor {
 public:
  explicit GzipCompressor(int level)
      : uses_hints_(level == kFromHints), matcher_(Deflater::kReach) {
    if (deflateInit2(&stream_, uses_hints_ ? kGzipLevel : level, Z_DEFLATED,
                     kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~GzipCompressor() override { deflateEnd(&stream_); }

  bool Compress(std::string_view text, std::span<const RepeatHint> hints,
                std::vector<char>& packed) noexcept override {
    try {
      const std::size_t bytes = uses_hints_ && !hints.empty()
                                    ? CompressFrom(hints, text)
                                    : CompressAlone(text);
      packed.assign(space_.data(), space_.data() + bytes);
      return bytes > 0;
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  bool ExpandTo(std::string_view packed,
                std::span<char> text) noexcept override {
    z_stream stream{};
    if (inflateInit2(&stream, kWindowBits) != Z_OK) return false;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    const bool is_whole = inflate(&stream, Z_FINISH) == Z_STREAM_END &&
                          stream.total_out == text.size();
    inflateEnd(&stream);
    return is_whole;
  }

 private:
  void MakeRoom(std::size_t bytes) {
    space_.resize(std::max(space_.size(), bytes));
  }

  // Returns 0 if there is not enough memory.
  std::size_t CompressAlone(std::string_view text) {
    if (deflateReset(&stream_) != Z_OK) return 0;
    MakeRoom(deflateBound(&stream_, text.size()));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(space_.data());
    stream_.avail_out = static_cast<uInt>(space_.size());
    return deflate(&stream_, Z_FINISH) == Z_STREAM_END ? stream_.total_out : 0;
  }

  std::size_t CompressFrom(std::span<const RepeatHint> hints,
                           std::string_view text) {
    MakeRoom(kHeader.size() + Deflater::MaxBytes(text.size()) + kTrailerBytes);
    char* p = std::copy(kHeader.begin(), kHeader.end(), space_.data());
    p = deflater_.Write(text, matcher_.Find(text, hints), p);
    const std::uint32_t trailer[] = {
        libdeflate_crc32(0, text.data(), text.size()),
        static_cast<std::uint32_t>(text.size())};
    static_assert(sizeof trailer == kTrailerBytes);
    std::memcpy(p, trailer, sizeof trailer);
    return static_cast<std::size_t>(p - space_.data()) + sizeof trailer;
  }

  z_stream stream_{};
  const bool uses_hints_;
  Matcher matcher_;
  Deflater deflater_;
  std::vector<char> space_;
};

}  // namespace

std::unique_ptr<Compressor> NewGzipCompressor(int level) {
  return std::make_unique<GzipCompressor>(level);
}

}  // namespace busyhour::internal
