#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "logs/field_values.h"
#include "logs/log.h"
#include "read/received_record.h"
#include "verify/equality.h"

namespace busyhour::internal {

/// How a pipeline changed a value.
enum class ChangeKind : std::uint8_t {
  kDropped,       ///< the record does not have it
  kDroppedEmpty,  ///< the record does not have it, and it was empty
  kNull,          ///< it became null
  kEmptied,       ///< it became an empty text
  kFilled,        ///< it was missing, and is not any more
  kCut,           ///< truncated; `by`: its length in bytes
  kCutInFront,    ///< its beginning is gone; `by`: the bytes that are missing
  kEnclosed,      ///< there is more text around it; `by`: bytes more
  kLowerCase,     ///< in lower case
  kUpperCase,     ///< in upper case
  kCase,          ///< some letters are in another case
  kBlanks,        ///< differs in blanks only
  kReencoded,     ///< differs in characters outside ASCII only
  kReplaced,      ///< another text
  kShifted,       ///< another time; `by`: ms later
  kTimeCut,       ///< to a longer unit; `by`: this unit in ms
  kTooFine,       ///< a time with other digits below a millisecond
  kNotATime,      ///< cannot be read as a time
  kRounded,       ///< a number; `by`: decimals that are left
  kNumberCut,     ///< decimals cut off; `by`: decimals that are left
  kMultiplied,    ///< `by`: the factor
  kDivided,       ///< `by`: the divisor
  kOtherNumber,   ///< another number
  kNotANumber,    ///< cannot be read as a number
  kNegated,       ///< the opposite
  kNotABoolean,   ///< neither true nor false
  kOtherType,     ///< the same value, but text instead of a number, ...
  kOtherName,     ///< the same value under another spelling of its name
  kRespelled,     ///< the same value, spelled differently or at another place
};

/// A change, with its amount: two values that have the same change were changed
/// in the same way.
struct Change {
  ChangeKind kind = ChangeKind::kReplaced;
  std::int64_t by = 0;  ///< see `ChangeKind`; 0 for kinds without an amount
  friend auto operator<=>(const Change&, const Change&) = default;
};

/// The change from the sent value of a column to the received one, which is not
/// the same, or is spelled differently. Null if there is none.
Change ChangeOf(const Column& column, const FieldValue& sent,
                const ReceivedRecord::Value* received, Equality& equality);

/// Whether changes of this kind have an amount.
bool HasAmount(ChangeKind kind);
/// The name of a kind in JSON: `cut`.
std::string_view NameOf(ChangeKind kind);
/// For people: `cut to 20 bytes`. Without an amount, it says that the
/// amounts differ.
std::string ChangeWords(ChangeKind kind, std::optional<std::int64_t> by);
/// `+2 h` or `-17 s`.
std::string ShiftWords(std::int64_t ms);
/// Whether a shift of times looks like another time zone.
bool IsZoneShift(std::int64_t ms);

}  // namespace busyhour::internal
