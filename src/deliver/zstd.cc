#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/compressor.h"
#include "deliver/matcher.h"
#include "deliver/zstd_frame.h"

namespace busyhour::internal {
namespace {

// Of texts without hints. See docs/performance.md for the results of others.
constexpr int kZstdLevel = 1;

class ZstdCompressor : public Compressor {
 public:
  explicit ZstdCompressor(int level)
      : context_(ZSTD_createCCtx()), uses_hints_(level == kFromHints) {
    if (context_ == nullptr) throw std::bad_alloc();
    Set(ZSTD_c_compressionLevel, uses_hints_ ? kZstdLevel : level);
    Set(ZSTD_c_checksumFlag, 1);
  }
  ~ZstdCompressor() override { ZSTD_freeCCtx(context_); }

  bool Compress(std::string_view text, std::span<const RepeatHint> hints,
                std::vector<char>& packed) noexcept override {
    try {
      const std::size_t bytes = uses_hints_ && !hints.empty()
                                    ? CompressFrom(hints, text)
                                    : CompressAlone(text);
      if (ZSTD_isError(bytes) != 0) return false;
      packed.assign(space_.data(), space_.data() + bytes);
      return true;
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  bool ExpandTo(std::string_view packed,
                std::span<char> text) noexcept override {
    return ZSTD_decompress(text.data(), text.size(), packed.data(),
                           packed.size()) == text.size();
  }

 private:
  struct FromHints {
    Matcher matcher{ZstdFrameWriter::kReach};
    ZstdFrameWriter writer;
  };

  void Set(ZSTD_cParameter parameter, int value) {
    ZSTD_CCtx_setParameter(context_, parameter, value);
  }

  void MakeRoom(std::size_t bytes) {
    space_.resize(std::max(space_.size(), bytes));
  }

  std::size_t CompressAlone(std::string_view text) {
    MakeRoom(ZSTD_compressBound(text.size()));
    return ZSTD_compress2(context_, space_.data(), space_.size(), text.data(),
                          text.size());
  }

  std::size_t CompressFrom(std::span<const RepeatHint> hints,
                           std::string_view text) {
    MakeRoom(ZstdFrameWriter::RoomFor(text.size()));
    if (from_hints_ == nullptr) from_hints_ = std::make_unique<FromHints>();
    const char* const end = from_hints_->writer.Write(
        text, from_hints_->matcher.Find(text, hints), space_.data());
    return static_cast<std::size_t>(end - space_.data());
  }

  ZSTD_CCtx* context_;
  const bool uses_hints_;
  // Made for the first text with hints: it takes half a megabyte.
  std::unique_ptr<FromHints> from_hints_;
  std::vector<char> space_;
};

}  // namespace

std::unique_ptr<Compressor> NewZstdCompressor(int level) {
  return std::make_unique<ZstdCompressor>(level);
}

}  // namespace busyhour::internal
