#include "verify/same_value.h"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "logs/field_names.h"
#include "read/received_value.h"

namespace busyhour {
namespace {

Decimal DecimalOf(const Number& number) {
  Decimal decimal;
  if (number.units == 0) return decimal;
  decimal.is_negative = number.units < 0;
  decimal.digits = std::to_string(std::abs(number.units));
  decimal.exponent =
      static_cast<std::int64_t>(decimal.digits.size()) - number.decimals;
  while (decimal.digits.ends_with('0')) decimal.digits.pop_back();
  return decimal;
}

// Whether a text has the meaning of the sent value, according to the type of
// that value.
struct SaidBy {
  std::string_view text;

  bool operator()(std::string_view sent) const { return text == sent; }
  bool operator()(bool sent) const {
    return SameLetters(text, sent ? "true" : "false");
  }
  bool operator()(const Number& sent) const {
    return busyhour::DecimalOf(text) == DecimalOf(sent);
  }
  bool operator()(std::monostate) const {
    return text.empty() || SameLetters(text, "null");
  }
  // The text may have been truncated or rounded to its precision.
  bool operator()(SimTime sent) const {
    const std::optional<ReceivedTime> time = TimeOf(text);
    if (!time) return false;
    const std::int64_t unit = time->unit_ms;
    return sent.ms / unit * unit == time->ms ||
           (sent.ms + unit / 2) / unit * unit == time->ms;
  }
};

}  // namespace

bool SameValue(const FieldValue& sent, const ReceivedRecord::Value& received) {
  if (received.kind == ValueKind::kNull) {
    return std::holds_alternative<std::monostate>(sent);
  }
  return received.kind != ValueKind::kOther &&
         std::visit(SaidBy{received.text}, sent);
}

}  // namespace busyhour
