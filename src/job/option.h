#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

/// An option of a command: one row in the command's table.
struct Option {
  std::string_view name;  ///< without the dashes
  /// What its value is called in the help; empty for a switch.
  std::string_view value = {};
  std::string_view help;
  /// What holds when it is not given, as the help shows it: a value, or words
  /// such as `all cores`. Empty when there is no default.
  std::string_view default_value = {};
  /// The only values that it can have; null when there are others.
  std::vector<std::string_view> (*choices)() = nullptr;
  bool repeats = false;  ///< it may be given again and again
};

/// The names of the rows of a table.
template <class Table>
std::vector<std::string_view> NamesOf(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& row : table) names.push_back(row.name);
  return names;
}

/// `a, b, c`.
std::string Listed(const std::vector<std::string_view>& names);

/// The parts of a list with commas between, at least one; parts may be empty.
std::vector<std::string> SplitAtCommas(std::string_view text);

/// `"x" is not a whole number above 0`.
std::string NotA(std::string_view text, std::string_view kind);

/// `"tabel" is not known; did you mean "table"?`, or with all `choices` where
/// none is near.
std::string NotAmong(std::string_view word,
                     const std::vector<std::string_view>& choices);

}  // namespace busyhour
