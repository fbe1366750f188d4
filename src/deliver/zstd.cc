#include <zstd.h>

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/compressor.h"

namespace busyhour {
namespace {

// See docs/performance.md for the results of other levels.
constexpr int kZstdLevel = 1;

class ZstdCompressor : public Compressor {
 public:
  ZstdCompressor() : context_(ZSTD_createCCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1);
  }
  ~ZstdCompressor() override { ZSTD_freeCCtx(context_); }

  bool Compress(std::string_view text,
                std::vector<char>& packed) noexcept override {
    try {
      packed.resize(ZSTD_compressBound(text.size()));
    } catch (const std::bad_alloc&) {
      return false;
    }
    const std::size_t bytes = ZSTD_compress2(
        context_, packed.data(), packed.size(), text.data(), text.size());
    if (ZSTD_isError(bytes) != 0) return false;
    packed.resize(bytes);
    return true;
  }

  bool Expand(std::string_view packed, std::size_t bytes,
              std::string& text) noexcept override {
    try {
      text.resize(bytes);
    } catch (const std::bad_alloc&) {
      return false;
    }
    return ZSTD_decompress(text.data(), text.size(), packed.data(),
                           packed.size()) == bytes;
  }

 private:
  ZSTD_CCtx* context_;
};

}  // namespace

std::unique_ptr<Compressor> NewZstdCompressor() {
  return std::make_unique<ZstdCompressor>();
}

}  // namespace busyhour
