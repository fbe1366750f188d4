#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// Number of bytes that must be readable after every record's text, because
/// parsers read in large steps.
inline constexpr std::size_t kTextPadding = 64;

/// What a received value is, as far as JSON can tell.
enum class ValueKind : std::uint8_t { kText, kNumber, kBoolean, kNull, kOther };

/// A received record: its values by name, at any place.
struct ReceivedRecord {
  struct Object {
    std::string_view key;
    int parent = -1;
  };
  struct Value {
    std::string_view name;
    int object = 0;  ///< index of its object in `objects`
    ValueKind kind = ValueKind::kText;
    std::string_view text;  ///< for strings, without quotes and escapes
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

}  // namespace busyhour::internal
