#include <snappy-c.h>

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/compressor.h"

namespace busyhour::internal {
namespace {

class SnappyCompressor : public Compressor {
 public:
  bool Compress(std::string_view text, std::span<const RepeatHint>,
                std::vector<char>& packed) noexcept override {
    std::size_t bytes = snappy_max_compressed_length(text.size());
    try {
      packed.resize(bytes);
    } catch (const std::bad_alloc&) {
      return false;
    }
    if (snappy_compress(text.data(), text.size(), packed.data(), &bytes) !=
        SNAPPY_OK) {
      return false;
    }
    packed.resize(bytes);
    return true;
  }

  bool ExpandTo(std::string_view packed,
                std::span<char> text) noexcept override {
    std::size_t room = text.size();
    return snappy_uncompress(packed.data(), packed.size(), text.data(),
                             &room) == SNAPPY_OK &&
           room == text.size();
  }
};

}  // namespace

std::unique_ptr<Compressor> NewSnappyCompressor() {
  return std::make_unique<SnappyCompressor>();
}

}  // namespace busyhour::internal
