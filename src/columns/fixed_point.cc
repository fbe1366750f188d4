#include "columns/fixed_point.h"

namespace busyhour::internal {
namespace {

// Millionths of a minute, as a table has them: see `FieldValues`.
std::uint64_t MinuteMillionths(std::uint32_t ms) noexcept {
  return (std::uint64_t{ms} * 50 + 1) / 3;
}

}  // namespace

FixedPoint FixedPointOf(const Field& field, const Record& record,
                        const Vocabulary& words) noexcept {
  const std::uint32_t word = record.WordAt(field.at);
  const std::uint32_t step = words.usage_granularity_ms;
  switch (field.kind) {
    case FieldKind::kFineSeconds:
      return {word, 3};
    case FieldKind::kMinutes:
      return {MinuteMillionths((word + step - 1) / step * step), 6};
    default:
      return {std::uint64_t{word} * kTicksPerMs +
                  record.HalfAt(field.at + kTicksBehindMs),
              4};
  }
}

std::size_t TextBytes(FixedPoint decimal) noexcept {
  const std::uint64_t scale =
      kPowersOfTen[static_cast<std::size_t>(decimal.decimals)];
  std::size_t bytes = TextBytes(decimal.units / scale);
  std::uint64_t fraction = decimal.units % scale;
  if (fraction == 0) return bytes;
  bytes += static_cast<std::size_t>(decimal.decimals) + 1;
  for (; fraction % 10 == 0; fraction /= 10) --bytes;
  return bytes;
}

}  // namespace busyhour::internal
