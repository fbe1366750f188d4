#include "read/input.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/units.h"

namespace busyhour {
namespace {

constexpr std::size_t kRawBytes = 256 << 10;

}  // namespace

InputBytes::InputBytes(Source source, std::uint64_t max_inflated)
    : source_(std::move(source)),
      max_inflated_(max_inflated),
      raw_(kRawBytes) {}

bool InputBytes::Refill() {
  if (ended_) return false;
  if (begin_ == end_) begin_ = end_ = 0;
  const long bytes = source_(raw_.data() + end_, raw_.size() - end_);
  if (bytes <= 0) {
    ended_ = true;
    if (bytes < 0) {
      trouble_ = std::string("cannot be read further: ") + std::strerror(errno);
    }
    return false;
  }
  end_ += static_cast<std::size_t>(bytes);
  return true;
}

void InputBytes::Sniff() {
  sniffed_ = true;
  while (end_ - begin_ < kMagicBytes && Refill()) {
  }
  const std::string_view head(raw_.data(), std::min(end_, kMagicBytes));
  inflater_ = InflaterFor(head);
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) {
    trouble_ = "is UTF-16; convert it with iconv -f UTF-16 -t UTF-8";
  }
  inside_frame_ = inflater_ != nullptr;
}

std::size_t InputBytes::Read(char* to, std::size_t size) {
  if (!sniffed_) Sniff();
  if (!trouble_.empty() || size == 0) return 0;
  if (inflater_ == nullptr) {
    if (begin_ == end_) {
      // No bytes are buffered: read directly into the destination.
      if (ended_) return 0;
      const long bytes = source_(to, size);
      if (bytes > 0) return static_cast<std::size_t>(bytes);
      ended_ = true;
      if (bytes < 0) {
        trouble_ =
            std::string("cannot be read further: ") + std::strerror(errno);
      }
      return 0;
    }
    const std::size_t bytes = std::min(size, end_ - begin_);
    std::memcpy(to, raw_.data() + begin_, bytes);
    begin_ += bytes;
    return bytes;
  }
  char* out = to;
  char* const out_end = to + size;
  while (out == to) {
    const bool is_last = begin_ == end_ && !Refill();
    if (is_last && !trouble_.empty()) break;
    const char* in = raw_.data() + begin_;
    const char* const in_end = raw_.data() + end_;
    const Inflater::State state = inflater_->Inflate(in, in_end, out, out_end);
    const bool took = in != raw_.data() + begin_;
    begin_ = static_cast<std::size_t>(in - raw_.data());
    if (state == Inflater::State::kBroken) {
      trouble_ = std::string("the ") + inflater_->name() + " stream is damaged";
      break;
    }
    if (took || out != to) inside_frame_ = state == Inflater::State::kMore;
    if (is_last && out == to) {
      if (inside_frame_) {
        trouble_ =
            std::string("the ") + inflater_->name() + " stream ends too early";
      }
      break;
    }
  }
  const auto bytes = static_cast<std::size_t>(out - to);
  inflated_ += bytes;
  if (inflated_ > max_inflated_) {
    trouble_ = "inflates to more than " +
               FormatSize(static_cast<double>(max_inflated_)) +
               "; --max-inflated sets the limit";
    return 0;
  }
  return bytes;
}

}  // namespace busyhour
