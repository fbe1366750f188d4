#include "parquet/deltas.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <type_traits>

#include "parquet/bit_packer.h"
#include "parquet/varint.h"

namespace busyhour::internal {
namespace {

// The sizes that most writers use.
constexpr std::size_t kBlock = 128;
constexpr std::size_t kPart = 32;  // differences of the same width
constexpr std::size_t kParts = kBlock / kPart;

// Appends 32 numbers of `width` bits.
template <class Number>
void PackPart(const Number* numbers, unsigned width, std::string& out) {
  const std::size_t begin = out.size();
  out.resize(begin + kPart / 8 * width + BitPacker::kSlackBytes);
  BitPacker bits(out.data() + begin);
  if (width <= 32) {
    for (std::size_t i = 0; i < kPart; ++i) bits.Put(numbers[i], width);
  } else {
    for (std::size_t i = 0; i < kPart; ++i) {
      bits.Put(static_cast<std::uint32_t>(numbers[i]), 32);
      bits.Put(std::uint64_t{numbers[i]} >> 32, width - 32);
    }
  }
  out.resize(begin + kPart / 8 * width);
}

// Appends up to 128 differences to the value before `values`. They wrap
// around, as readers expect.
template <class Value>
void AppendBlock(const Value* values, std::size_t count, std::string& out) {
  using Number = std::make_unsigned_t<Value>;
  std::array<Number, kBlock> numbers{};
  for (std::size_t i = 0; i < count; ++i) {
    numbers[i] =
        static_cast<Number>(values[i]) - static_cast<Number>(*(values + i - 1));
  }
  auto least = static_cast<Value>(numbers[0]);
  for (std::size_t i = 1; i < count; ++i) {
    least = std::min(least, static_cast<Value>(numbers[i]));
  }
  AppendSignedVarint(least, out);
  std::array<unsigned, kParts> widths{};
  for (std::size_t i = 0; i < count; ++i) {
    numbers[i] -= static_cast<Number>(least);
  }
  for (std::size_t part = 0; part < kParts; ++part) {
    Number any = 0;
    for (std::size_t i = 0; i < kPart; ++i) any |= numbers[part * kPart + i];
    widths[part] = static_cast<unsigned>(std::bit_width(any));
    out += static_cast<char>(widths[part]);
  }
  for (std::size_t first = 0; first < count; first += kPart) {
    PackPart(numbers.data() + first, widths[first / kPart], out);
  }
}

template <class Value>
void Append(std::span<const Value> values, std::string& out) {
  AppendVarint(kBlock, out);
  AppendVarint(kParts, out);
  AppendVarint(values.size(), out);
  AppendSignedVarint(values.empty() ? 0 : values.front(), out);
  for (std::size_t first = 1; first < values.size(); first += kBlock) {
    AppendBlock(values.data() + first, std::min(kBlock, values.size() - first),
                out);
  }
}

}  // namespace

void AppendDeltas(std::span<const std::int32_t> values, std::string& out) {
  Append(values, out);
}

void AppendDeltas(std::span<const std::int64_t> values, std::string& out) {
  Append(values, out);
}

}  // namespace busyhour::internal
