#include "deliver/amqp_message.h"

#include <cstdint>

namespace busyhour::internal {
namespace {

using std::string_view_literals::operator""sv;

// AMQP 1.0, part 3, section 3.2: descriptors of a message's sections.
//   00 53 70 header, 00 53 72 message annotations, 00 53 75 data
// list8 of one element: true.
constexpr std::string_view kDurableHeader = "\x00\x53\x70\xc0\x02\x01\x41"sv;
constexpr std::string_view kAnnotations = "\x00\x53\x72\xc1"sv;
constexpr std::string_view kData = "\x00\x53\x75"sv;
constexpr std::string_view kKeyName = "x-opt-partition-key";
constexpr char kSymbol8 = '\xa3';
constexpr char kString8 = '\xa1';
constexpr char kBinary8 = '\xa0';
constexpr char kBinary32 = '\xb0';
constexpr std::size_t kMost8 = 255;

}  // namespace

void AppendAmqpHead(std::string_view partition_key, std::size_t body_bytes,
                    std::string& out) {
  if (!partition_key.empty()) {
    out += kDurableHeader;
    out += kAnnotations;
    // Size of the map after this byte: the count, and two values with their
    // constructors and sizes.
    out +=
        static_cast<char>(1 + 2 + kKeyName.size() + 2 + partition_key.size());
    out += '\x02';
    out += kSymbol8;
    out += static_cast<char>(kKeyName.size());
    out += kKeyName;
    out += kString8;
    out += static_cast<char>(partition_key.size());
    out += partition_key;
  }
  out += kData;
  if (body_bytes <= kMost8) {
    out += kBinary8;
    out += static_cast<char>(body_bytes);
    return;
  }
  out += kBinary32;
  const auto size = static_cast<std::uint32_t>(body_bytes);
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(size >> shift & 0xff);
  }
}

}  // namespace busyhour::internal
