#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace busyhour::internal {

/// What a simulated receiver has taken.
struct StoredRecords {
  /// Stores a record once more. `text` is its text with all that the frame
  /// adds, except a line end; `row` is the part that the receiver keeps.
  void Add(std::string_view text, std::string_view row) {
    ++counts[std::string(text)];
    inputs.front().append(row) += '\n';
  }
  /// How often it has taken a record.
  std::uint64_t CountOf(const std::string& text) const {
    const auto at = counts.find(text);
    return at == counts.end() ? 0 : at->second;
  }

  std::unordered_map<std::string, std::uint64_t> counts;
  /// The same as text, as the receiver has written it.
  std::vector<std::string> inputs{1};
  /// Copies that the receiver has made itself.
  std::uint64_t own_copies = 0;
  /// What follows the last line end of each connection: a record, or a part of
  /// one.
  std::vector<std::string> tails;
};

}  // namespace busyhour::internal
