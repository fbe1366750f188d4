#define ZSTD_STATIC_LINKING_ONLY  // for sequences
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/compressor.h"
#include "deliver/matcher.h"

namespace busyhour::internal {
namespace {

// Of texts without hints. See docs/performance.md for the results of others.
constexpr int kZstdLevel = 1;

// The largest window that every reader accepts (RFC 8878, 3.1.1.1.2).
constexpr int kReachBits = 23;

// The steps as sequences of blocks. A sequence without a match ends a block.
void PutSequences(std::span<const Match> steps,
                  std::vector<ZSTD_Sequence>& sequences) {
  static_assert(2 * Matcher::kMostBytes <= ZSTD_BLOCKSIZE_MAX);
  sequences.clear();
  std::size_t room = ZSTD_BLOCKSIZE_MAX;  // for text in the block
  for (const Match& step : steps) {
    const std::size_t bytes = std::size_t{step.literals} + step.bytes;
    if (bytes > room) {
      sequences.push_back({0, 0, 0, 0});
      room = ZSTD_BLOCKSIZE_MAX;
    }
    sequences.push_back({step.distance, step.literals, step.bytes, 0});
    room = step.bytes == 0 ? ZSTD_BLOCKSIZE_MAX : room - bytes;
  }
}

class ZstdCompressor : public Compressor {
 public:
  explicit ZstdCompressor(int level)
      : context_(ZSTD_createCCtx()),
        uses_hints_(level == kFromHints),
        matcher_(1u << kReachBits) {
    if (context_ == nullptr) throw std::bad_alloc();
    Set(ZSTD_c_compressionLevel, uses_hints_ ? kZstdLevel : level);
    Set(ZSTD_c_checksumFlag, 1);
    Set(ZSTD_c_blockDelimiters, ZSTD_sf_explicitBlockDelimiters);
  }
  ~ZstdCompressor() override { ZSTD_freeCCtx(context_); }

  bool Compress(std::string_view text, std::span<const RepeatHint> hints,
                std::vector<char>& packed) noexcept override {
    try {
      space_.resize(std::max(space_.size(), ZSTD_compressBound(text.size())));
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
  void Set(ZSTD_cParameter parameter, int value) {
    ZSTD_CCtx_setParameter(context_, parameter, value);
  }

  std::size_t CompressAlone(std::string_view text) {
    ZSTD_CCtx_reset(context_, ZSTD_reset_session_only);
    Set(ZSTD_c_windowLog, 0);
    return ZSTD_compress2(context_, space_.data(), space_.size(), text.data(),
                          text.size());
  }

  std::size_t CompressFrom(std::span<const RepeatHint> hints,
                           std::string_view text) {
    PutSequences(matcher_.Find(text, hints), sequences_);
    // The parameters of an open session cannot be changed.
    ZSTD_CCtx_reset(context_, ZSTD_reset_session_only);
    Set(ZSTD_c_windowLog,
        std::clamp(static_cast<int>(std::bit_width(text.size())),
                   ZSTD_WINDOWLOG_MIN, kReachBits));
    return ZSTD_compressSequences(context_, space_.data(), space_.size(),
                                  sequences_.data(), sequences_.size(),
                                  text.data(), text.size());
  }

  ZSTD_CCtx* context_;
  const bool uses_hints_;
  Matcher matcher_;
  std::vector<ZSTD_Sequence> sequences_;
  std::vector<char> space_;
};

}  // namespace

std::unique_ptr<Compressor> NewZstdCompressor(int level) {
  return std::make_unique<ZstdCompressor>(level);
}

}  // namespace busyhour::internal
