#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "encode/guid_form.h"
#include "logs/log.h"

namespace busyhour::internal {

/// The type of the values in a column.
enum class Stored : std::uint8_t {
  kBoolean,  ///< a byte, 0 or 1
  kInt32,
  kInt64,
  kTime,    ///< 64 bits: milliseconds since 1970, UTC
  kDouble,  ///< 64 bits
  kText,    ///< UTF-8
  kUuid,    ///< 16 bytes, in the order of the text
};

/// Bytes of a value; 0 for a text.
constexpr std::size_t WidthOf(Stored stored) {
  switch (stored) {
    case Stored::kBoolean:
      return 1;
    case Stored::kInt32:
      return 4;
    case Stored::kInt64:
    case Stored::kTime:
    case Stored::kDouble:
      return 8;
    case Stored::kUuid:
      return 16;
    case Stored::kText:
      return 0;
  }
  return 0;
}

/// Where the values of a column come from.
enum class Dictionary : std::uint8_t {
  kNone,      ///< each record has its own value
  kAlphabet,  ///< one of a list that is known before the run (`IsTable`)
  kCalls,     ///< the records of a call share values
  kOfRows,    ///< found in the values of the rows, in Parquet
};

/// How a column of a log is stored in columnar formats. The kind of its field
/// decides it.
struct StoredColumn {
  const Column* column = nullptr;
  Stored stored = Stored::kText;
  Dictionary dictionary = Dictionary::kNone;
  bool may_be_null = false;
  /// Whether an alphabet has more values than a byte can select, for example
  /// one for each of many resources. `LogColumns` sets it.
  bool is_large = false;

  const Field& field() const noexcept { return *column->field; }
  /// Whether the indices of its dictionary have a byte each, not 32 bits.
  bool has_byte_index() const noexcept {
    return dictionary == Dictionary::kAlphabet && !is_large;
  }
};

/// The columns of a log in a shape, in the order of writing.
std::vector<StoredColumn> StoredColumns(LogType log, Shape shape,
                                        GuidForm guids);

}  // namespace busyhour::internal
