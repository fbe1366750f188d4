#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace busyhour {

/// How much must be readable behind every record's text, for parsers that read
/// in large steps.
inline constexpr std::size_t kTextPadding = 64;

/// What a received value is, as far as JSON can tell.
enum class ValueKind : std::uint8_t { kText, kNumber, kBoolean, kNull, kOther };

/// A record as it was received: its values by name, wherever they stand.
struct ReceivedRecord {
  struct Object {
    std::string_view key;
    int parent = -1;
  };
  struct Value {
    std::string_view name;
    int object = 0;  ///< which of `objects` it stands in
    ValueKind kind = ValueKind::kText;
    std::string_view text;  ///< without quotes and escapes; of others as is
  };
  /// The record itself first.
  std::vector<Object> objects;
  std::vector<Value> values;
  /// The values are cells of CSV, all text.
  bool is_text = false;

  void Clear() {
    objects.assign(1, {});
    values.clear();
    is_text = false;
  }
};

}  // namespace busyhour
