#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

enum class CsvLine : std::uint8_t {
  kWhole,
  kOpen,    ///< a quote is not closed
  kBroken,  ///< something stands behind a closing quote
};

/// Cuts a line of CSV, without its end, into its cells, between which stands
/// `delimiter`. Quotes that are doubled
/// inside a cell are undone in `store`; other cells are parts of the line.
CsvLine SplitCells(std::string_view line, char delimiter,
                   std::vector<std::string_view>& cells,
                   std::vector<std::string>& store);

}  // namespace busyhour
