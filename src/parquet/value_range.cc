#include "parquet/value_range.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "parquet/hybrid.h"

namespace busyhour::internal {
namespace {

template <class Value>
Value ValueIn(const void* p) noexcept {
  Value value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

template <class Value>
std::string BytesOf(Value value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// A GUID in the order of its text.
struct BigEndian128 {
  std::uint64_t high;
  std::uint64_t low;

  friend bool operator<(const BigEndian128& a, const BigEndian128& b) {
    return a.high == b.high
               ? __builtin_bswap64(a.low) < __builtin_bswap64(b.low)
               : __builtin_bswap64(a.high) < __builtin_bswap64(b.high);
  }
};

// The range of numbers of this type; `is_present(row)`.
template <class Value, class IsPresent>
std::optional<ValueRange> RangeOfNumbers(const ColumnValues& values,
                                         std::size_t first, std::size_t rows,
                                         const IsPresent& is_present) {
  const std::size_t end = first + rows;
  std::size_t row = first;
  while (row < end && !is_present(row)) ++row;
  if (row == end) return std::nullopt;
  const auto value_of = [&](std::size_t of) {
    return ValueIn<Value>(values.fixed.data() + of * sizeof(Value));
  };
  Value least = value_of(row);
  Value greatest = least;
  for (++row; row < end; ++row) {
    if (!is_present(row)) continue;
    const Value value = value_of(row);
    least = value < least ? value : least;
    greatest = greatest < value ? value : greatest;
  }
  return ValueRange{BytesOf(least), BytesOf(greatest)};
}

// The least and the greatest of the values that were added, which remain where
// they are.
class Extremes {
 public:
  explicit Extremes(Stored stored) : stored_(stored) {}

  void Add(std::string_view value) {
    if (!least_) {
      least_ = greatest_ = value;
    } else if (IsLess(stored_, value, *least_)) {
      least_ = value;
    } else if (IsLess(stored_, greatest_, value)) {
      greatest_ = value;
    }
  }
  std::optional<ValueRange> range() const {
    if (!least_) return std::nullopt;
    return ValueRange{std::string(*least_), std::string(greatest_)};
  }

 private:
  const Stored stored_;
  std::optional<std::string_view> least_;
  std::string_view greatest_;
};

template <class IsPresent>
std::optional<ValueRange> RangeOfTexts(const ByteStrings& texts,
                                       std::size_t first, std::size_t rows,
                                       const IsPresent& is_present) {
  Extremes extremes(Stored::kText);
  for (std::size_t row = first; row < first + rows; ++row) {
    if (is_present(row)) extremes.Add(texts[row]);
  }
  return extremes.range();
}

// The range of the values of a dictionary that rows from `first` on have, which
// have these indices.
template <class Index, class IsPresent>
std::optional<ValueRange> RangeOfDictionary(Stored stored,
                                            const ByteStrings& dictionary,
                                            std::span<const Index> indices,
                                            std::size_t first,
                                            const IsPresent& is_present) {
  std::vector<std::uint8_t> is_used(dictionary.size());
  // Rows that are near each other have indices that are near each other, if
  // the dictionary is in the order of the rows.
  std::size_t begin = is_used.size();
  std::size_t end = 0;
  const bool are_same = AreSame(indices);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (!is_present(first + i)) continue;
    const std::size_t index = indices[i];
    is_used[index] = 1;
    begin = std::min(begin, index);
    end = std::max(end, index + 1);
    if (are_same) break;
  }
  Extremes extremes(stored);
  for (std::size_t i = begin; i < end; ++i) {
    if (is_used[i] != 0) extremes.Add(dictionary[i]);
  }
  return extremes.range();
}

// Statistics do not tell the zeros of doubles apart, so they have the outer
// ones.
void SignZeros(ValueRange& range) {
  if (ValueIn<double>(range.least.data()) == 0) range.least = BytesOf(-0.0);
  if (ValueIn<double>(range.greatest.data()) == 0) {
    range.greatest = BytesOf(0.0);
  }
}

template <class IsPresent>
std::optional<ValueRange> RangeOfAll(const StoredColumn& column,
                                     const ColumnValues& values,
                                     std::size_t first, std::size_t rows,
                                     const IsPresent& is_present) {
  if (column.has_byte_index()) {
    return RangeOfDictionary(
        column.stored, *values.dictionary,
        std::span<const std::uint8_t>(values.fixed).subspan(first, rows), first,
        is_present);
  }
  if (column.dictionary != Dictionary::kNone) {
    return RangeOfDictionary(
        column.stored, *values.dictionary,
        std::span<const std::uint32_t>(values.index).subspan(first, rows),
        first, is_present);
  }
  switch (column.stored) {
    case Stored::kBoolean:
      return RangeOfNumbers<std::uint8_t>(values, first, rows, is_present);
    case Stored::kInt32:
      return RangeOfNumbers<std::int32_t>(values, first, rows, is_present);
    case Stored::kInt64:
    case Stored::kTime:
      return RangeOfNumbers<std::int64_t>(values, first, rows, is_present);
    case Stored::kDouble:
      return RangeOfNumbers<double>(values, first, rows, is_present);
    case Stored::kUuid:
      return RangeOfNumbers<BigEndian128>(values, first, rows, is_present);
    case Stored::kText:
      return RangeOfTexts(values.texts, first, rows, is_present);
  }
  return std::nullopt;
}

}  // namespace

bool IsLess(Stored stored, std::string_view a, std::string_view b) noexcept {
  switch (stored) {
    case Stored::kInt32:
      return ValueIn<std::int32_t>(a.data()) < ValueIn<std::int32_t>(b.data());
    case Stored::kInt64:
    case Stored::kTime:
      return ValueIn<std::int64_t>(a.data()) < ValueIn<std::int64_t>(b.data());
    case Stored::kDouble:
      return ValueIn<double>(a.data()) < ValueIn<double>(b.data());
    case Stored::kUuid:
      return ValueIn<BigEndian128>(a.data()) < ValueIn<BigEndian128>(b.data());
    case Stored::kBoolean:
    case Stored::kText:
      break;
  }
  return a < b;
}

std::optional<ValueRange> RangeOf(const StoredColumn& column,
                                  const ColumnValues& values, std::size_t first,
                                  std::size_t rows) {
  std::optional<ValueRange> range =
      column.may_be_null && values.nulls > 0
          ? RangeOfAll(
                column, values, first, rows,
                [&](std::size_t row) { return values.present[row] != 0; })
          : RangeOfAll(column, values, first, rows,
                       [](std::size_t) { return true; });
  if (range && column.stored == Stored::kDouble) SignZeros(*range);
  return range;
}

void Widen(Stored stored, const ValueRange& more,
           std::optional<ValueRange>& range) {
  if (!range) {
    range = more;
    return;
  }
  if (IsLess(stored, more.least, range->least)) range->least = more.least;
  if (IsLess(stored, range->greatest, more.greatest)) {
    range->greatest = more.greatest;
  }
}

}  // namespace busyhour::internal
