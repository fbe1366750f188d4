#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// An option of a command: one row in the command's table.
struct Option {
  std::string_view name;  ///< without the dashes
  /// The name of its value in the help; empty for a switch.
  std::string_view value = {};
  std::string_view help;
  /// Its default as shown in the help: a value, or words such as `all cores`.
  /// Empty if there is none.
  std::string_view default_value = {};
  /// Its possible values; null if they are not a fixed list.
  std::vector<std::string_view> (*choices)() = nullptr;
  bool repeats = false;  ///< it may be repeated
  /// Its value if it is given without one; empty if it requires a value.
  std::string_view bare = {};
  char letter = '\0';  ///< its short form, such as `o`; 0 if it has none
};

/// The option with a short form.
constexpr Option Short(char letter, Option option) {
  option.letter = letter;
  return option;
}

/// The names of the rows of a table.
template <class Table>
std::vector<std::string_view> NamesOf(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& row : table) names.push_back(row.name);
  return names;
}

/// `a, b, c`.
std::string Listed(const std::vector<std::string_view>& names);

/// The parts of a comma-separated list, at least one; parts may be empty.
std::vector<std::string> SplitAtCommas(std::string_view text);

/// `"x" is not a whole number above 0`.
std::string NotA(std::string_view text, std::string_view kind);

/// `"tabel" is not known; did you mean "table"?`, or with all `choices` if none
/// is similar.
std::string NotAmong(std::string_view word,
                     const std::vector<std::string_view>& choices);

}  // namespace busyhour::internal
