#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "encode/row.h"

namespace busyhour {

/// Where one field of an encoded record stands in its text.
struct Member {
  /// Of its name, without the quotes; both 0 in rows that spell no names.
  std::size_t name_begin = 0;
  std::size_t name_end = 0;
  /// Of its value, with quotes where it has some.
  std::size_t value_begin = 0;
  std::size_t value_end = 0;

  /// Of the name's quote, or of the value.
  std::size_t begin() const noexcept {
    return name_end > 0 ? name_begin - 1 : value_begin;
  }
};

/// Finds the fields of a record as `Encoder` writes it, without the text before
/// and after its row: one for each column, in their order. Replaces `members`.
void FindMembers(std::string_view record, RowStyle style,
                 std::vector<Member>& members);

}  // namespace busyhour
