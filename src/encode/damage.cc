#include "encode/damage.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.h"
#include "base/stream.h"
#include "logs/field_names.h"

namespace busyhour::internal {
namespace {

// No column of any log has one of these names.
constexpr std::array<std::string_view, 4> kExtraNames = {
    "schemaVersion", "traceFlags", "shard", "ingestNote"};
constexpr std::array<std::string_view, 4> kExtraValues = {
    "\"2.1\"", "17", "null", "{\"sampled\":true}"};
constexpr std::array<std::string_view, 4> kSuffixes = {"_v2", "_old", "2",
                                                       "New"};
constexpr std::array<std::string_view, 4> kOtherTypes = {"[]", "{}", "null",
                                                         "true"};
// Each one is invalid before any ASCII character.
constexpr std::array<std::string_view, 5> kNoUtf8 = {
    "\xff", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf5\x80\x80\x80"};
constexpr std::size_t kMostCorrupt = 16;

// The other choices of a fault, each with its own number for the draw.
enum class Choice : std::uint64_t { kPlace = 1, kWhat = 2, kLength = 3, kByte };

std::uint64_t DrawFor(const TextFault& fault, Choice choice,
                      std::uint64_t index = 0) {
  return MixWords(fault.draw, static_cast<std::uint64_t>(choice) << 32 | index);
}
std::size_t PickFor(const TextFault& fault, Choice choice, std::size_t count) {
  return static_cast<std::size_t>(PickBelow(DrawFor(fault, choice), count));
}

// The name with the case of its letters changed. Text after a space stays
// unchanged.
std::string InOtherCase(std::string_view name, std::size_t way) {
  const std::string_view word = name.substr(0, name.find(' '));
  std::string other(name);
  if (way < 2) {
    std::transform(word.begin(), word.end(), other.begin(),
                   way == 0 ? UpperOf : LowerOf);
  }
  if (other != name) return other;
  const auto letter = std::find_if(other.begin(), other.end(), [](char c) {
    return UpperOf(c) != LowerOf(c);
  });
  if (letter != other.end()) {
    *letter = *letter == UpperOf(*letter) ? LowerOf(*letter) : UpperOf(*letter);
  }
  return other;
}

std::string_view WithoutQuotes(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return value;
}

// Removes a member with the comma after it, or otherwise the comma before it.
void AppendWithout(const Member& member, std::string_view record,
                   std::string& out) {
  constexpr std::string_view kSpace = " \n";
  std::size_t begin = member.begin();
  std::size_t end = member.value_end;
  const std::size_t next = record.find_first_not_of(kSpace, end);
  if (next != std::string_view::npos && record[next] == ',') {
    end = record.find_first_not_of(kSpace, next + 1);
  } else if (begin > 0) {
    const std::size_t before = record.find_last_not_of(kSpace, begin - 1);
    if (before != std::string_view::npos && record[before] == ',') {
      begin = before;
    }
  }
  out.append(record.substr(0, begin)).append(record.substr(end));
}

void AppendCorrupt(const TextFault& fault, std::string_view record,
                   std::string& out) {
  const std::size_t place = PickFor(fault, Choice::kPlace, record.size());
  const std::size_t count =
      1 + PickFor(fault, Choice::kLength,
                  std::min(kMostCorrupt, record.size() - place));
  const std::size_t begin = out.size() + place;
  out.append(record);
  for (std::size_t i = 0; i < count; ++i) {
    char c = static_cast<char>(DrawFor(fault, Choice::kByte, i));
    // Do not add line breaks, and change the first byte.
    while (c == '\n' || c == '\r' || (i == 0 && c == out[begin])) ++c;
    out[begin + i] = c;
  }
}

// A part of the line that is neither empty nor complete.
std::string_view Cut(const TextFault& fault, std::string_view record) {
  if (record.size() < 2) return record;
  if (record.front() == '\n') {
    return record.substr(0, 1 + Cut(fault, record.substr(1)).size());
  }
  return record.substr(0,
                       1 + PickFor(fault, Choice::kPlace, record.size() - 1));
}

void AppendLong(const TextFault& fault, std::string_view value,
                std::string& out) {
  constexpr std::string_view kFill =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  const std::string_view text = WithoutQuotes(value);
  out += '"';
  out += text;
  std::size_t left =
      fault.bytes - std::min<std::size_t>(text.size(), fault.bytes);
  while (left > 0) {
    const std::size_t size = std::min(left, kFill.size());
    out.append(kFill.substr(0, size));
    left -= size;
  }
  out += '"';
}

std::string_view OtherType(const TextFault& fault, std::string_view value) {
  const std::string_view other =
      kOtherTypes[PickFor(fault, Choice::kWhat, kOtherTypes.size())];
  // The value must differ even for a reader that ignores quotes and case.
  return SameLetters(other, WithoutQuotes(value)) ? kOtherTypes[0] : other;
}

}  // namespace

std::string_view FieldOf(const TextFault& fault,
                         std::span<const Column> columns) {
  if (fault.kind == FaultKind::kExtraField) {
    return kExtraNames[PickFor(fault, Choice::kWhat, kExtraNames.size())];
  }
  return Info(fault.kind).has_field ? columns[fault.column].name
                                    : std::string_view();
}

Record Skewed(const Record& record, std::int32_t ms) noexcept {
  Record skewed = record;
  // Add whole seconds to the slot, but not to before 1970.
  std::int64_t seconds = ms / kMsPerSecond;
  std::int64_t rest = ms % kMsPerSecond;
  if (rest < 0) {
    rest += kMsPerSecond;
    --seconds;
  }
  const auto slot = static_cast<std::int64_t>(record.call().slot);
  if (slot + seconds < 0) {
    seconds = -slot;
    rest = 0;
  }
  CallKey call = record.call();
  call.slot = static_cast<std::uint64_t>(slot + seconds);
  skewed.key = RecordKey(call, record.log());
  // The delivery stays, even if it is before the new slot.
  skewed.delivery_ms -= static_cast<std::uint32_t>(seconds * kMsPerSecond);
  for (const Field* const field : Fields(record.log())) {
    const bool is_missing = field->kind == FieldKind::kOptionalTime &&
                            record.WordAt(field->at) == kNoValue;
    if (field->kind == FieldKind::kShortTime) {
      skewed.SetHalfAt(field->at, static_cast<std::uint16_t>(
                                      record.HalfAt(field->at) + rest));
    } else if (field->kind == FieldKind::kTime ||
               (field->kind == FieldKind::kOptionalTime && !is_missing)) {
      skewed.SetWordAt(field->at, record.WordAt(field->at) +
                                      static_cast<std::uint32_t>(rest));
    }
  }
  return skewed;
}

void Damager::Apply(const TextFault& fault, std::string_view record,
                    RowStyle style, std::span<const Column> columns,
                    std::string& out) {
  switch (fault.kind) {
    case FaultKind::kTruncate:
    case FaultKind::kPartialLine:
      out.append(Cut(fault, record));
      return;
    case FaultKind::kCorrupt:
      AppendCorrupt(fault, record, out);
      return;
    case FaultKind::kBlankLine:
      out += '\n';
      out.append(record);
      return;
    case FaultKind::kClockSkew:
      out.append(record);
      return;
    default:
      break;
  }
  FindMembers(record, style, members_);
  const Member& member =
      members_[fault.kind == FaultKind::kExtraField
                   ? PickFor(fault, Choice::kPlace, members_.size())
                   : fault.column];
  const std::string_view name =
      record.substr(member.name_begin, member.name_end - member.name_begin);
  const std::string_view value =
      record.substr(member.value_begin, member.value_end - member.value_begin);
  // Replaces only [begin, end).
  const auto replace = [&](std::size_t begin, std::size_t end,
                           std::string_view by) {
    out.append(record.substr(0, begin)).append(by).append(record.substr(end));
  };
  switch (fault.kind) {
    case FaultKind::kExtraField: {
      std::string extra = "\"";
      extra.append(FieldOf(fault, columns)).append("\":");
      extra.append(
          kExtraValues[PickFor(fault, Choice::kLength, kExtraValues.size())]);
      replace(member.begin(), member.begin(), extra + ',');
      break;
    }
    case FaultKind::kMissingField:
      AppendWithout(member, record, out);
      break;
    case FaultKind::kRenamedField:
      replace(member.name_end, member.name_end,
              kSuffixes[PickFor(fault, Choice::kWhat, kSuffixes.size())]);
      break;
    case FaultKind::kWrongCase:
      replace(member.name_begin, member.name_end,
              InOtherCase(name, PickFor(fault, Choice::kWhat, 3)));
      break;
    case FaultKind::kWrongType:
      replace(member.value_begin, member.value_end, OtherType(fault, value));
      break;
    case FaultKind::kInvalidUtf8: {
      const bool is_quoted = value.starts_with('"');
      const std::size_t place =
          member.value_begin + (is_quoted ? 1 : 0) +
          PickFor(fault, Choice::kPlace, WithoutQuotes(value).size() + 1);
      replace(place, place,
              kNoUtf8[PickFor(fault, Choice::kWhat, kNoUtf8.size())]);
      break;
    }
    case FaultKind::kOversize:
      out.append(record.substr(0, member.value_begin));
      AppendLong(fault, value, out);
      out.append(record.substr(member.value_end));
      break;
    default:
      out.append(record);
      break;
  }
}

std::uint64_t Damager::StruckColumns(const TextFault& fault,
                                     std::string_view record, RowStyle style) {
  if (Info(fault.kind).has_field) return std::uint64_t{1} << fault.column;
  std::size_t begin = record.size();
  std::size_t end = record.size();
  if (fault.kind == FaultKind::kTruncate ||
      fault.kind == FaultKind::kPartialLine) {
    begin = Cut(fault, record).size();
  } else if (fault.kind == FaultKind::kCorrupt) {
    begin = PickFor(fault, Choice::kPlace, record.size());
    end = begin + kMostCorrupt;
  } else {
    return 0;
  }
  FindMembers(record, style, members_);
  std::uint64_t columns = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    // Includes the adjacent punctuation.
    const Member& member = members_[i];
    if (member.begin() <= end && begin <= member.value_end + 1) {
      columns |= std::uint64_t{1} << i;
    }
  }
  return columns;
}

}  // namespace busyhour::internal
