#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {

enum class CsvLine : std::uint8_t {
  kWhole,
  kOpen,    ///< a quote is not closed
  kBroken,  ///< there is text after a closing quote
};

/// Splits a line of CSV, without its line end, into its cells at `delimiter`.
/// Cells with doubled quotes are unescaped into `store`; other cells are parts
/// of the line.
CsvLine SplitCells(std::string_view line, char delimiter,
                   std::vector<std::string_view>& cells,
                   std::vector<std::string>& store);

}  // namespace busyhour::internal
