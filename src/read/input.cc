#include "read/input.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/units.h"

namespace busyhour::internal {
namespace {

// Bytes that show the format of an input.
constexpr std::size_t kHeadBytes = 512;

struct Container {
  std::size_t at;
  std::string_view magic;
  std::string_view name;
  std::string_view way_out;
};
using namespace std::string_view_literals;
constexpr Container kContainers[] = {
    {0, "PK\3\4"sv, "a ZIP archive or a spreadsheet",
     "extract it (unzip -p), or export the sheet as CSV"},
    {0, "BZh"sv, "compressed with bzip2", "decompress it (bzip2 -dc)"},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     "compressed with xz", "decompress it (xz -dc)"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive", "extract it (7z x -so)"},
    {0, "\xff\6\0\0sNaPpY"sv, "compressed with snappy", "decompress it"},
    {0, "PAR1"sv, "a Parquet file",
     "convert it: duckdb -c \"COPY (FROM 'FILE.parquet') TO 'FILE.jsonl'\", "
     "then verify FILE.jsonl --as duckdb"},
    {0, "Obj\1"sv, "an Avro file", "convert it to JSON lines"},
    {0, "ORC"sv, "an ORC file", "convert it to JSON lines"},
    {0, "ARROW1"sv, "an Arrow file", "convert it to JSON lines"},
    {0, "SQLite format 3\0"sv, "an SQLite database", "export the table as CSV"},
    {257, "ustar"sv, "a tar archive", "extract it (tar -xO)"},
};

// The encoding of a text that is not UTF-8, from its byte order mark, or from
// the zeros in its first characters.
std::string_view WideEncoding(std::string_view head) {
  if (head.starts_with("\xff\xfe\0\0"sv)) return "UTF-32LE";
  if (head.starts_with("\0\0\xfe\xff"sv)) return "UTF-32BE";
  if (head.starts_with("\xff\xfe")) return "UTF-16LE";
  if (head.starts_with("\xfe\xff")) return "UTF-16BE";
  const auto zeros = [&](std::size_t first, std::size_t step) {
    constexpr std::size_t kExamined = 16;
    if (head.size() < kExamined) return false;
    for (std::size_t i = 0; i < kExamined; ++i) {
      if ((head[i] == '\0') != (i % step != first)) return false;
    }
    return true;
  };
  return zeros(0, 4)   ? "UTF-32LE"
         : zeros(3, 4) ? "UTF-32BE"
         : zeros(0, 2) ? "UTF-16LE"
         : zeros(1, 2) ? "UTF-16BE"
                       : "";
}

// Why an input with this beginning cannot be read; empty if it can.
std::string WhyNotText(std::string_view head) {
  const std::string encoding(WideEncoding(head));
  if (!encoding.empty()) {
    return "is " + encoding + "; convert it with iconv -f " + encoding +
           " -t UTF-8";
  }
  for (const Container& each : kContainers) {
    if (head.size() >= each.at &&
        head.substr(each.at).starts_with(each.magic)) {
      return "is " + std::string(each.name) + ", which verify does not read; " +
             std::string(each.way_out);
    }
  }
  return "";
}

}  // namespace

InputBytes::InputBytes(Source source, std::uint64_t max_inflated,
                       std::size_t size)
    : source_(std::move(source)),
      max_inflated_(max_inflated),
      raw_(std::clamp(size, kHeadBytes, kRawBytes)) {}

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
  while (end_ - begin_ < kHeadBytes && Refill()) {
  }
  const std::string_view head(raw_.data(), end_);
  inflater_ = InflaterFor(head.substr(0, kMagicBytes));
  if (trouble_.empty()) trouble_ = WhyNotText(head);
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

}  // namespace busyhour::internal
