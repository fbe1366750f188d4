#include "parquet/value_dictionary.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace busyhour::internal {
namespace {

constexpr std::size_t kFewSlots = 1024;
constexpr std::size_t kRowsAValue = 4;

// An odd number near 2^64 divided by the golden ratio spreads the bits.
constexpr std::uint64_t kSpread = 0x9e37'79b9'7f4a'7c15;

// The numbers of a column. Different ones have different hashes.
template <class Number>
struct Numbers {
  const ColumnValues& values;

  std::string_view At(std::size_t row) const noexcept {
    return {reinterpret_cast<const char*>(values.At<Number>(row)),
            sizeof(Number)};
  }
  static std::uint64_t HashOf(std::string_view value) noexcept {
    Number number;
    std::memcpy(&number, value.data(), sizeof number);
    return number * kSpread;
  }
  static bool AreSame(std::string_view, std::string_view) noexcept {
    return true;
  }
};

struct Texts {
  const ColumnValues& values;

  std::string_view At(std::size_t row) const noexcept {
    return values.texts[row];
  }
  static std::uint64_t HashOf(std::string_view value) noexcept {
    std::uint64_t hash = value.size();
    while (!value.empty()) {
      std::uint64_t word = 0;
      std::memcpy(&word, value.data(), std::min(sizeof word, value.size()));
      hash = (std::rotl(hash, 29) ^ word) * kSpread;
      value.remove_prefix(std::min(sizeof word, value.size()));
    }
    return hash;
  }
  static bool AreSame(std::string_view a, std::string_view b) noexcept {
    return a == b;
  }
};

}  // namespace

bool ValueDictionary::IsFor(const StoredColumn& column) noexcept {
  if (column.dictionary != Dictionary::kNone) return false;
  return column.stored == Stored::kInt32 || column.stored == Stored::kInt64 ||
         column.stored == Stored::kDouble || column.stored == Stored::kText;
}

bool ValueDictionary::Find(const StoredColumn& column,
                           const ColumnValues& values, std::size_t rows) {
  column_ = column;
  column_.dictionary = Dictionary::kOfRows;
  values_.dictionary = &distinct_;
  values_.nulls = values.nulls;
  if (column.may_be_null) values_.present = values.present;
  switch (WidthOf(column.stored)) {
    case 0:
      return FindEach(values, rows, Texts{values});
    case sizeof(std::uint32_t):
      return FindEach(values, rows, Numbers<std::uint32_t>{values});
    default:
      return FindEach(values, rows, Numbers<std::uint64_t>{values});
  }
}

template <class Each>
bool ValueDictionary::FindEach(const ColumnValues& values, std::size_t rows,
                               const Each& each) {
  distinct_.Clear();
  slots_.assign(kFewSlots, Slot{});
  shift_ = 64 - std::bit_width(kFewSlots - 1);
  values_.index.resize(rows);
  const std::uint8_t* const present =
      values_.nulls > 0 ? values.present.data() : nullptr;
  const std::size_t most = rows / kRowsAValue;
  for (std::size_t row = 0; row < rows; ++row) {
    const bool is_null = present != nullptr && present[row] == 0;
    values_.index[row] = is_null ? 0 : IndexOf(each.At(row), each);
    if (distinct_.size() > most) return false;
  }
  return distinct_.size() > 0;
}

template <class Each>
std::uint32_t ValueDictionary::IndexOf(std::string_view value,
                                       const Each& each) {
  const std::uint64_t hash = each.HashOf(value);
  std::size_t at = PlaceOf(hash);
  for (; slots_[at].index != kFree; at = (at + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[at];
    if (slot.hash == hash && each.AreSame(distinct_[slot.index], value)) {
      return slot.index;
    }
  }
  const auto index = static_cast<std::uint32_t>(distinct_.size());
  slots_[at] = {hash, index};
  distinct_.Add(value);
  if (2 * distinct_.size() > slots_.size()) EnlargeSlots();
  return index;
}

std::size_t ValueDictionary::PlaceOf(std::uint64_t hash) const noexcept {
  return static_cast<std::size_t>(hash >> shift_);
}

void ValueDictionary::EnlargeSlots() {
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  --shift_;
  for (const Slot& slot : old) {
    if (slot.index == kFree) continue;
    std::size_t at = PlaceOf(slot.hash);
    while (slots_[at].index != kFree) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

}  // namespace busyhour::internal
