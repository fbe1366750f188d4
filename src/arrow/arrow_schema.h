#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "busyhour/arrow_abi.h"
#include "columns/log_columns.h"
#include "columns/stored_column.h"

namespace busyhour::internal {

/// How a column is given to Arrow.
enum class ArrowForm : std::uint8_t {
  kPlain,       ///< the values as they are stored
  kBits,        ///< a bit for each boolean
  kExpanded,    ///< values of a fixed size, taken from their dictionary
  kTexts,       ///< offsets and bytes
  kDictionary,  ///< the indices of texts, and the texts
};
ArrowForm ArrowFormOf(const StoredColumn& column) noexcept;

/// The number of adjacent columns from `first` on that one object contains; 1
/// for a column outside of objects.
std::size_t SiblingsAt(std::span<const LogColumns::Each> columns,
                       std::size_t first) noexcept;

/// Writes the schema of record batches with these columns: a struct of the
/// columns, and of structs for objects, then of texts with these names. Throws
/// `std::bad_alloc`.
void WriteArrowSchema(const LogColumns& columns,
                      std::span<const std::string_view> more, ArrowSchema* out);

}  // namespace busyhour::internal
