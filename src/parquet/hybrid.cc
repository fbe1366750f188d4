#include "parquet/hybrid.h"

#include "parquet/bit_writer.h"
#include "parquet/varint.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kGroup = 8;  // values in a group of packed ones

// Packs the values, and zeros up to a whole group, with the lowest bits first.
template <class Value>
void Pack(std::span<const Value> values, unsigned width, std::string& out) {
  const std::size_t groups = (values.size() + kGroup - 1) / kGroup;
  AppendVarint(groups << 1 | 1, out);
  const std::size_t begin = out.size();
  out.resize(begin + groups * width + BitWriter::kSlackBytes);
  BitWriter bits(out.data() + begin);
  for (const Value value : values) bits.Put(value, width);
  bits.Flush();
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
