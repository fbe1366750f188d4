#include "verify/equality.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <variant>

#include "base/ascii.h"
#include "base/guid.h"
#include "base/printable.h"
#include "logs/field_names.h"
#include "read/decimal.h"

namespace busyhour::internal {
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

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool IsEmpty(const FieldValue& sent) {
  const auto* const text = std::get_if<std::string_view>(&sent);
  return std::holds_alternative<std::monostate>(sent) ||
         (text != nullptr && text->empty());
}

// Resource ids are not case-sensitive in Azure, and it writes them in several
// cases itself.
bool IsResourceId(std::string_view text) {
  constexpr std::string_view kBegin = "/subscriptions/";
  return SameLetters(text.substr(0, kBegin.size()), kBegin);
}

}  // namespace

Equality::Equality(const EqualityOptions& options) : options_(options) {
  times_.zone = options.zone;
  BeginInput();
}

void Equality::BeginInput() {
  has_order_ = options_.date_order.has_value();
  times_.order = options_.date_order.value_or(DateOrder::kMonthFirst);
  reason_.clear();
}

bool Equality::Same(const FieldValue& sent,
                    const ReceivedRecord::Value& received) {
  if (received.kind == ValueKind::kOther) return false;
  const std::string_view text = received.text;
  const bool is_nothing = received.kind == ValueKind::kNull || text.empty();
  if (is_nothing && IsEmpty(sent) &&
      options_.treatments.Has(Treatment::kEmptyAsMissing)) {
    return true;
  }
  if (received.kind == ValueKind::kNull) {
    return std::holds_alternative<std::monostate>(sent);
  }
  if (const auto* const time = std::get_if<SimTime>(&sent)) {
    return SaysTime(*time, received);
  }
  if (const auto* const number = std::get_if<Number>(&sent)) {
    return busyhour::internal::DecimalOf(text) == DecimalOf(*number);
  }
  if (const auto* const boolean = std::get_if<bool>(&sent)) {
    return SaysBoolean(*boolean, text);
  }
  if (const auto* const words = std::get_if<std::string_view>(&sent)) {
    return SaysText(*words, text);
  }
  return text.empty() || SameLetters(text, "null") ||
         (options_.treatments.Has(Treatment::kNullAsZero) &&
          (SameLetters(text, "false") ||
           busyhour::internal::DecimalOf(text) == Decimal{}));
}

bool Equality::MayBeMissing(const FieldValue& sent) const {
  return options_.treatments.Has(Treatment::kEmptyAsMissing) && IsEmpty(sent);
}

std::optional<ReceivedTime> Equality::Time(
    const ReceivedRecord::Value& received) const {
  const auto time = TimeOf(received, times_);
  if (time || has_order_) return time;
  return TimeOf(received, {DateOrder::kDayFirst, times_.zone});
}

bool Equality::SaysTime(SimTime sent, const ReceivedRecord::Value& received) {
  // A time without seconds is not precise enough to be equal.
  const std::int64_t most = options_.treatments.Has(Treatment::kMinutes)
                                ? kMsPerMinute
                                : kMsPerSecond;
  const auto says = [&](const std::optional<ReceivedTime>& time) {
    return time && ((time->unit_ms <= most && time->Is(sent)) ||
                    (time->ns == 0 && time->time == sent));
  };
  const bool is_same = says(TimeOf(received, times_));
  if (has_order_) return is_same;
  const bool is_day_first =
      says(TimeOf(received, {DateOrder::kDayFirst, times_.zone}));
  if (is_same == is_day_first) return is_same;
  has_order_ = true;
  if (is_day_first) {
    times_.order = DateOrder::kDayFirst;
    reason_ =
        '"' + Printable(received.text) + "\" was sent as " + FormatTime(sent);
  }
  return true;
}

bool Equality::SaysText(std::string_view sent, std::string_view text) const {
  if (options_.treatments.Has(Treatment::kTrimmed)) {
    sent = Trimmed(sent);
    text = Trimmed(text);
  }
  if (text == sent) return true;
  if (IsResourceId(sent)) return SameLetters(text, sent);
  const std::optional<Guid> guid = ParseGuid(sent);
  return guid && ParseAnyGuid(text) == guid;
}

bool Equality::SaysBoolean(bool sent, std::string_view text) const {
  if (SameLetters(text, sent ? "true" : "false")) return true;
  if (!options_.treatments.Has(Treatment::kBooleanAsNumber)) return false;
  using Words = std::array<std::string_view, 5>;
  static constexpr Words kYes = {"1", "yes", "y", "t", "on"};
  static constexpr Words kNo = {"0", "no", "n", "f", "off"};
  const Words& words = sent ? kYes : kNo;
  return std::any_of(words.begin(), words.end(), [&](std::string_view each) {
    return SameLetters(text, each);
  });
}

}  // namespace busyhour::internal
