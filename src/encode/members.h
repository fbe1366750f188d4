#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "encode/row.h"

namespace busyhour::internal {

/// The position of one field in the text of an encoded record.
struct Member {
  /// Position of the name without its quotes; both 0 in rows without names.
  std::size_t name_begin = 0;
  std::size_t name_end = 0;
  /// Position of the value, including quotes.
  std::size_t value_begin = 0;
  std::size_t value_end = 0;

  /// Position of the name's opening quote, or of the value if there is no name.
  std::size_t begin() const noexcept {
    return name_end > 0 ? name_begin - 1 : value_begin;
  }
};

/// Finds the fields of a record that `Encoder` wrote, without the text before
/// and after its row. There is one member per column, in the order of the
/// columns. Replaces `members`.
void FindMembers(std::string_view record, RowStyle style,
                 std::vector<Member>& members);

}  // namespace busyhour::internal
