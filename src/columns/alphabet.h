#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "columns/byte_strings.h"
#include "columns/stored_column.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {

/// The distinct values of a column that are known before the run, and which of
/// them a record has: the byte that selects a record's text selects its value.
class Alphabet {
 public:
  /// The values of a column whose field `IsTable`, for resources with these
  /// vocabularies. Those of `kBoolean` are 0 and 1. `missing_text` stands for a
  /// missing text, unless it is null.
  Alphabet(const std::vector<const Vocabulary*>& vocabularies, LogType log,
           const StoredColumn& column, std::string_view missing_text);

  /// The values in the form of the column's type: texts, or numbers in 4 or 8
  /// bytes.
  const ByteStrings& values() const noexcept { return values_; }

  /// For the byte of a record: the index of its value, whether it has one, and
  /// the size of its text.
  struct Letters {
    std::array<std::uint16_t, 256> index{};
    std::array<std::uint8_t, 256> present{};
    std::array<std::uint16_t, 256> bytes{};
  };
  std::size_t resources() const noexcept { return resources_.size(); }
  const Letters& OfResource(std::uint32_t resource) const noexcept {
    return resources_[resource];
  }

 private:
  ByteStrings values_;
  std::vector<Letters> resources_;
};

/// `Field::texts` or `Field::after` of a field, by resource.
using FieldTexts = std::vector<std::vector<std::string>>;
FieldTexts TextsByResource(
    const std::vector<const Vocabulary*>& vocabularies, LogType log,
    std::vector<std::string> (*texts)(const Vocabulary& words, LogType log));

}  // namespace busyhour::internal
