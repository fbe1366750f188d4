#include "read/inflater.h"

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

namespace busyhour::internal {
namespace {

class GzipInflater : public Inflater {
 public:
  GzipInflater() {
    constexpr int kGzipOnly = 16;
    ok_ = inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK;
  }
  ~GzipInflater() override { inflateEnd(&stream_); }
  GzipInflater(const GzipInflater&) = delete;
  GzipInflater& operator=(const GzipInflater&) = delete;

  State Inflate(const char*& in, const char* in_end, char*& out,
                char* out_end) override {
    if (!ok_) return State::kBroken;
    if (ended_) {
      // Tools that write in blocks pad the last block with zeros.
      while (in < in_end && *in == 0) ++in;
      if (in == in_end) return State::kEnd;
      if (inflateReset(&stream_) != Z_OK) return State::kBroken;
      ended_ = false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in));
    stream_.avail_in = static_cast<uInt>(in_end - in);
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(out_end - out);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    in = reinterpret_cast<const char*>(stream_.next_in);
    out = reinterpret_cast<char*>(stream_.next_out);
    if (result == Z_STREAM_END) {
      ended_ = true;
      return State::kEnd;
    }
    return result == Z_OK || result == Z_BUF_ERROR ? State::kMore
                                                   : State::kBroken;
  }
  const char* name() const override { return "gzip"; }

 private:
  z_stream stream_{};
  bool ok_ = false;
  bool ended_ = false;
};

class ZstdInflater : public Inflater {
 public:
  ZstdInflater() : context_(ZSTD_createDCtx()) {}
  ~ZstdInflater() override { ZSTD_freeDCtx(context_); }
  ZstdInflater(const ZstdInflater&) = delete;
  ZstdInflater& operator=(const ZstdInflater&) = delete;

  State Inflate(const char*& in, const char* in_end, char*& out,
                char* out_end) override {
    if (context_ == nullptr) return State::kBroken;
    ZSTD_inBuffer from{in, static_cast<std::size_t>(in_end - in), 0};
    ZSTD_outBuffer to{out, static_cast<std::size_t>(out_end - out), 0};
    const std::size_t result = ZSTD_decompressStream(context_, &to, &from);
    in += from.pos;
    out += to.pos;
    if (ZSTD_isError(result) != 0) return State::kBroken;
    return result == 0 ? State::kEnd : State::kMore;
  }
  const char* name() const override { return "zstd"; }

 private:
  ZSTD_DCtx* context_;
};

class Lz4Inflater : public Inflater {
 public:
  Lz4Inflater() {
    ok_ = LZ4F_isError(
              LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)) == 0;
  }
  ~Lz4Inflater() override { LZ4F_freeDecompressionContext(context_); }
  Lz4Inflater(const Lz4Inflater&) = delete;
  Lz4Inflater& operator=(const Lz4Inflater&) = delete;

  State Inflate(const char*& in, const char* in_end, char*& out,
                char* out_end) override {
    if (!ok_) return State::kBroken;
    auto taken = static_cast<std::size_t>(in_end - in);
    auto put = static_cast<std::size_t>(out_end - out);
    const std::size_t result =
        LZ4F_decompress(context_, out, &put, in, &taken, nullptr);
    in += taken;
    out += put;
    if (LZ4F_isError(result) != 0) return State::kBroken;
    return result == 0 ? State::kEnd : State::kMore;
  }
  const char* name() const override { return "LZ4"; }

 private:
  LZ4F_dctx* context_ = nullptr;
  bool ok_ = false;
};

// zstd and LZ4 use the same skippable frames.
bool IsSkippableFrame(std::string_view head) {
  return head.size() == kMagicBytes && (head[0] & '\xf0') == '\x50' &&
         head.substr(1) == "\x2a\x4d\x18";
}

}  // namespace

std::unique_ptr<Inflater> InflaterFor(std::string_view head) {
  if (head.starts_with("\x1f\x8b")) return std::make_unique<GzipInflater>();
  if (head == "\x28\xb5\x2f\xfd" || IsSkippableFrame(head)) {
    return std::make_unique<ZstdInflater>();
  }
  if (head == "\x04\x22\x4d\x18") return std::make_unique<Lz4Inflater>();
  return nullptr;
}

}  // namespace busyhour::internal
