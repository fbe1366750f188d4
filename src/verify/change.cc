#include "verify/change.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <variant>

#include "base/ascii.h"
#include "base/time.h"
#include "base/units.h"
#include "logs/field_names.h"
#include "read/decimal.h"

namespace busyhour::internal {
namespace {

struct ChangeInfo {
  ChangeKind kind;
  std::string_view name;
  /// `%` stands for the amount.
  std::string_view words;
  /// For several amounts; empty for kinds without an amount.
  std::string_view various = {};
};
constexpr std::array<ChangeInfo, 29> kChanges = {{
    {ChangeKind::kDropped, "dropped", "missing"},
    {ChangeKind::kDroppedEmpty, "dropped_empty", "missing, and was empty"},
    {ChangeKind::kNull, "null", "became null"},
    {ChangeKind::kEmptied, "emptied", "became empty"},
    {ChangeKind::kFilled, "filled", "was missing, and got a value"},
    {ChangeKind::kCut, "cut", "cut to % bytes", "cut to various lengths"},
    {ChangeKind::kCutInFront, "cut_in_front", "first % bytes missing",
     "beginning missing"},
    {ChangeKind::kEnclosed, "enclosed", "% bytes added around it",
     "text added around it"},
    {ChangeKind::kLowerCase, "lower_case", "became lower case"},
    {ChangeKind::kUpperCase, "upper_case", "became upper case"},
    {ChangeKind::kCase, "case", "letters in another case"},
    {ChangeKind::kBlanks, "blanks", "blanks added or removed"},
    {ChangeKind::kReencoded, "reencoded",
     "characters outside ASCII encoded differently"},
    {ChangeKind::kReplaced, "replaced", "another text"},
    {ChangeKind::kShifted, "shifted", "shifted by %",
     "shifted by various amounts"},
    {ChangeKind::kTimeCut, "time_cut", "time cut to multiples of %",
     "time cut to various units"},
    {ChangeKind::kTooFine, "too_fine",
     "time with other digits below a millisecond"},
    {ChangeKind::kNotATime, "not_a_time", "not a time that verify reads"},
    {ChangeKind::kRounded, "rounded", "rounded to % decimals",
     "rounded to various decimals"},
    {ChangeKind::kNumberCut, "number_cut", "cut to % decimals",
     "cut to various decimals"},
    {ChangeKind::kMultiplied, "multiplied", "multiplied by %",
     "multiplied by various numbers"},
    {ChangeKind::kDivided, "divided", "divided by %",
     "divided by various numbers"},
    {ChangeKind::kOtherNumber, "other_number", "another number"},
    {ChangeKind::kNotANumber, "not_a_number", "not a number"},
    {ChangeKind::kNegated, "negated", "the opposite"},
    {ChangeKind::kNotABoolean, "not_a_boolean", "neither true nor false"},
    {ChangeKind::kOtherType, "other_type", "same value with another JSON type"},
    {ChangeKind::kOtherName, "other_name",
     "same value, name spelled differently"},
    {ChangeKind::kRespelled, "respelled",
     "same value, spelled or placed differently"},
}};

constexpr bool IsInOrder() {
  for (std::size_t i = 0; i < kChanges.size(); ++i) {
    if (kChanges[i].kind != static_cast<ChangeKind>(i)) return false;
  }
  return true;
}
static_assert(IsInOrder());

const ChangeInfo& InfoOf(ChangeKind kind) {
  return kChanges[static_cast<std::size_t>(kind)];
}

std::int64_t SignedSize(std::string_view text) {
  return static_cast<std::int64_t>(text.size());
}

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The text without the characters that `leave_out` selects.
template <class LeaveOut>
std::string Without(std::string_view text, const LeaveOut& leave_out) {
  std::string rest;
  for (const char c : text) {
    if (!leave_out(c)) rest += c;
  }
  return rest;
}

// Characters outside ASCII, and what programs write instead of them.
bool IsNotAscii(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || c == '?';
}

Change TextChange(std::string_view sent, std::string_view received) {
  if (SameLetters(sent, received)) {
    if (received == InLowerCase(received)) return {ChangeKind::kLowerCase};
    if (received == InUpperCase(received)) return {ChangeKind::kUpperCase};
    return {ChangeKind::kCase};
  }
  if (Without(sent, IsBlank) == Without(received, IsBlank)) {
    return {ChangeKind::kBlanks};
  }
  if (sent.starts_with(received)) {
    return {ChangeKind::kCut, SignedSize(received)};
  }
  if (sent.ends_with(received)) {
    return {ChangeKind::kCutInFront, SignedSize(sent) - SignedSize(received)};
  }
  if (!sent.empty() && received.find(sent) != std::string_view::npos) {
    return {ChangeKind::kEnclosed, SignedSize(received) - SignedSize(sent)};
  }
  // There must be such characters.
  const std::string ascii = Without(sent, IsNotAscii);
  if (ascii.size() < sent.size() && ascii == Without(received, IsNotAscii)) {
    return {ChangeKind::kReencoded};
  }
  return {ChangeKind::kReplaced};
}

// `a` is `b`, but for the last bits of a double.
bool IsNear(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

Change NumberChange(const Number& sent, std::string_view text) {
  const std::optional<Decimal> decimal = DecimalOf(text);
  if (!decimal) return {ChangeKind::kNotANumber};
  const double was = static_cast<double>(sent.units) /
                     std::pow(10.0, static_cast<double>(sent.decimals));
  const double is = std::strtod(std::string(text).c_str(), nullptr);
  const std::int64_t decimals = std::max<std::int64_t>(
      SignedSize(decimal->digits) - decimal->exponent, 0);
  if (decimals < sent.decimals) {
    const double scale = std::pow(10.0, static_cast<double>(decimals));
    // Half a unit either way: programs round ties differently.
    if (std::abs(was - is) * scale <= 0.5 + 1e-9) {
      return {ChangeKind::kRounded, decimals};
    }
    if (IsNear(std::trunc(was * scale), is * scale)) {
      return {ChangeKind::kNumberCut, decimals};
    }
  }
  for (const std::int64_t factor :
       {10, 60, 100, 1000, 3600, 60'000, 1'000'000, 1'000'000'000}) {
    const auto by = static_cast<double>(factor);
    if (was != 0.0 && IsNear(is, was * by)) {
      return {ChangeKind::kMultiplied, factor};
    }
    if (was != 0.0 && IsNear(is * by, was)) {
      return {ChangeKind::kDivided, factor};
    }
  }
  return {ChangeKind::kOtherNumber};
}

Change TimeChange(SimTime sent, const std::optional<ReceivedTime>& time) {
  if (!time) return {ChangeKind::kNotATime};
  if (time->ns != 0) return {ChangeKind::kTooFine};
  for (const std::int64_t unit : {kMsPerMinute, kMsPerHour, kMsPerDay}) {
    if (time->time.ms == sent.ms / unit * unit)
      return {ChangeKind::kTimeCut, unit};
  }
  std::int64_t shift = time->time.ms - sent.ms;
  // Without the part that was lost with the precision.
  if (time->unit_ms > 1) {
    shift = time->time.ms - sent.ms / time->unit_ms * time->unit_ms;
  }
  return {ChangeKind::kShifted, shift};
}

Change BooleanChange(bool sent, std::string_view text) {
  const bool is_opposite = SameLetters(text, sent ? "false" : "true");
  return {is_opposite ? ChangeKind::kNegated : ChangeKind::kNotABoolean};
}

// The change of a value that is the same in another spelling.
Change SpellingChange(const Column& column,
                      const ReceivedRecord::Value& received) {
  if (received.name != column.name) return {ChangeKind::kOtherName};
  const bool is_text =
      column.type == Type::kString || column.type == Type::kDatetime;
  if (received.kind != ValueKind::kNull &&
      is_text != (received.kind == ValueKind::kText)) {
    return {ChangeKind::kOtherType};
  }
  return {ChangeKind::kRespelled};
}

}  // namespace

Change ChangeOf(const Column& column, const FieldValue& sent,
                const ReceivedRecord::Value* received, Equality& equality) {
  if (received == nullptr) {
    const auto* const text = std::get_if<std::string_view>(&sent);
    const bool was_empty = std::holds_alternative<std::monostate>(sent) ||
                           (text != nullptr && text->empty());
    return {was_empty ? ChangeKind::kDroppedEmpty : ChangeKind::kDropped};
  }
  if (equality.Same(sent, *received)) return SpellingChange(column, *received);
  if (received->kind == ValueKind::kNull) return {ChangeKind::kNull};
  if (std::holds_alternative<std::monostate>(sent)) {
    return {ChangeKind::kFilled};
  }
  const std::string_view text = received->text;
  if (text.empty()) return {ChangeKind::kEmptied};
  if (received->kind == ValueKind::kOther) return {ChangeKind::kReplaced};
  if (const auto* const time = std::get_if<SimTime>(&sent)) {
    return TimeChange(*time, equality.Time(*received));
  }
  if (const auto* const number = std::get_if<Number>(&sent)) {
    return NumberChange(*number, text);
  }
  if (const auto* const boolean = std::get_if<bool>(&sent)) {
    return BooleanChange(*boolean, text);
  }
  return TextChange(std::get<std::string_view>(sent), text);
}

bool HasAmount(ChangeKind kind) { return !InfoOf(kind).various.empty(); }

std::string_view NameOf(ChangeKind kind) { return InfoOf(kind).name; }

std::string ChangeWords(ChangeKind kind, std::optional<std::int64_t> by) {
  const ChangeInfo& info = InfoOf(kind);
  const std::size_t at = info.words.find('%');
  if (at == std::string_view::npos) return std::string(info.words);
  if (!by) return std::string(info.various);
  std::string amount;
  if (kind == ChangeKind::kShifted) {
    amount = ShiftWords(*by);
  } else if (kind == ChangeKind::kTimeCut) {
    amount = FormatDuration(*by);
  } else {
    amount = FormatCount(static_cast<std::uint64_t>(*by));
  }
  return std::string(info.words.substr(0, at)) + amount +
         std::string(info.words.substr(at + 1));
}

std::string ShiftWords(std::int64_t ms) {
  return (ms < 0 ? "-" : "+") + FormatDuration(std::abs(ms));
}

bool IsZoneShift(std::int64_t ms) {
  return ms != 0 && ms % (15 * kMsPerMinute) == 0 &&
         std::abs(ms) <= 14 * kMsPerHour;
}

}  // namespace busyhour::internal
