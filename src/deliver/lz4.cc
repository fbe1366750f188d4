#include <lz4.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/compressor.h"

namespace busyhour::internal {
namespace {

class Lz4BlockCompressor : public Compressor {
 public:
  bool Compress(std::string_view text, std::span<const RepeatHint>,
                std::vector<char>& packed) noexcept override {
    if (text.size() > LZ4_MAX_INPUT_SIZE) return false;
    const auto bytes = static_cast<int>(text.size());
    try {
      packed.resize(static_cast<std::size_t>(LZ4_compressBound(bytes)));
    } catch (const std::bad_alloc&) {
      return false;
    }
    const int written = LZ4_compress_default(text.data(), packed.data(), bytes,
                                             static_cast<int>(packed.size()));
    packed.resize(static_cast<std::size_t>(written));
    return written > 0;
  }

  bool ExpandTo(std::string_view packed,
                std::span<char> text) noexcept override {
    constexpr std::size_t kMostOfInt = std::numeric_limits<int>::max();
    if (packed.size() > kMostOfInt || text.size() > kMostOfInt) return false;
    const int read = LZ4_decompress_safe(packed.data(), text.data(),
                                         static_cast<int>(packed.size()),
                                         static_cast<int>(text.size()));
    return read >= 0 && static_cast<std::size_t>(read) == text.size();
  }
};

}  // namespace

std::unique_ptr<Compressor> NewLz4BlockCompressor() {
  return std::make_unique<Lz4BlockCompressor>();
}

}  // namespace busyhour::internal
