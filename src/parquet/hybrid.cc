#include "parquet/hybrid.h"

#include <cstring>

namespace busyhour::internal {
namespace {

constexpr std::size_t kGroup = 8;  // values in a group of packed ones

void AppendUnsigned(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

// Packs the values, and zeros up to a whole group, with the lowest bits first.
template <class Value>
void Pack(std::span<const Value> values, unsigned width, std::string& out) {
  const std::size_t groups = (values.size() + kGroup - 1) / kGroup;
  AppendUnsigned(groups << 1 | 1, out);
  const std::size_t begin = out.size();
  out.resize(begin + groups * width + sizeof(std::uint64_t));
  char* p = out.data() + begin;
  std::uint64_t bits = 0;
  unsigned used = 0;
  for (const Value value : values) {
    bits |= std::uint64_t{value} << used;
    used += width;
    if (used < 32) continue;
    std::memcpy(p, &bits, sizeof(std::uint32_t));
    p += sizeof(std::uint32_t);
    bits >>= 32;
    used -= 32;
  }
  std::memcpy(p, &bits, sizeof bits);
  out.resize(begin + groups * width);
}

template <class Value>
void Append(std::span<const Value> values, unsigned width, std::string& out) {
  if (values.empty()) return;
  if (!AreSame(values)) return Pack(values, width, out);
  AppendUnsigned(values.size() << 1, out);
  for (unsigned shift = 0; shift < width; shift += 8) {
    out += static_cast<char>(values.front() >> shift);
  }
}

}  // namespace

void AppendHybrid(std::span<const std::uint8_t> values, unsigned width,
                  std::string& out) {
  Append(values, width, out);
}

void AppendHybrid(std::span<const std::uint32_t> values, unsigned width,
                  std::string& out) {
  Append(values, width, out);
}

}  // namespace busyhour::internal
