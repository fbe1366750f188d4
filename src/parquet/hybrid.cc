#include "parquet/hybrid.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "parquet/bit_packer.h"
#include "parquet/varint.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kGroup = 8;  // values in a group of packed ones

// Packs 8 values of `width` bits, and returns the end. Writes 8 bytes.
char* PackGroup(const std::uint8_t* values, unsigned width, char* p) noexcept {
  std::uint64_t bits;
  std::memcpy(&bits, values, sizeof bits);
  // Join two values, then two pairs, then the two halves.
  constexpr std::uint64_t kOnes[] = {0x00ff'00ff'00ff'00ff,
                                     0x0000'ffff'0000'ffff, 0xffff'ffff};
  for (unsigned step = 0; step < 3; ++step) {
    const std::uint64_t high = bits >> (8u << step) & kOnes[step];
    bits = (bits & kOnes[step]) | high << (width << step);
  }
  std::memcpy(p, &bits, sizeof bits);
  return p + width;
}

char* PackGroup(const std::uint32_t* values, unsigned width, char* p) noexcept {
  BitPacker bits(p);
  for (std::size_t i = 0; i < kGroup; ++i) bits.Put(values[i], width);
  bits.Flush();
  return p + width;
}

// Packs the values, and zeros up to a whole group, with the lowest bits first.
template <class Value>
void Pack(std::span<const Value> values, unsigned width, std::string& out) {
  const std::size_t groups = (values.size() + kGroup - 1) / kGroup;
  AppendVarint(groups << 1 | 1, out);
  const std::size_t begin = out.size();
  out.resize(begin + groups * width + BitPacker::kSlackBytes);
  char* p = out.data() + begin;
  for (; values.size() >= kGroup; values = values.subspan(kGroup)) {
    p = PackGroup(values.data(), width, p);
  }
  if (!values.empty()) {
    std::array<Value, kGroup> last{};
    std::copy(values.begin(), values.end(), last.begin());
    PackGroup(last.data(), width, p);
  }
  out.resize(begin + groups * width);
}

template <class Value>
void Append(std::span<const Value> values, unsigned width, std::string& out) {
  if (values.empty()) return;
  if (!AreSame(values)) return Pack(values, width, out);
  AppendVarint(values.size() << 1, out);
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
