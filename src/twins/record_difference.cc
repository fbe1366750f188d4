#include "twins/record_difference.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>
#include <variant>

namespace busyhour {
namespace {

struct RecordName {
  LogType log;
  Guid id;
  CallKey call;
  std::uint16_t sequence;  // 0 for a record with an id
  bool is_copy;

  friend bool operator==(const RecordName&, const RecordName&) = default;
};

RecordName NameOf(const Record& record, const Cast& cast) {
  RecordIds ids;
  cast.SetIds(record, ids);
  const bool has_id = ids.id != Guid{};
  return {record.log(), ids.id, record.call(),
          has_id ? std::uint16_t{0} : record.sequence, record.is_copy()};
}

bool AreSame(const FieldValue& a, const FieldValue& b) {
  if (a.index() != b.index()) return false;
  if (const Number* const number = std::get_if<Number>(&a)) {
    const Number& other = std::get<Number>(b);
    return number->units == other.units && number->decimals == other.decimals;
  }
  if (const auto* const text = std::get_if<std::string_view>(&a)) {
    return *text == std::get<std::string_view>(b);
  }
  if (const SimTime* const time = std::get_if<SimTime>(&a)) {
    return *time == std::get<SimTime>(b);
  }
  if (const bool* const flag = std::get_if<bool>(&a)) {
    return *flag == std::get<bool>(b);
  }
  return true;
}

}  // namespace

RecordDifference::RecordDifference(const Cast& cast, Shape shape)
    : cast_(cast),
      shape_(shape),
      first_values_(cast.vocabulary()),
      second_values_(cast.vocabulary()) {}

bool RecordDifference::AreEqual(std::span<const Record> first,
                                std::span<const Record> second) noexcept {
  static_assert(sizeof(Record) == 40, "no padding, so bytes can be compared");
  return first.size() == second.size() &&
         (first.empty() ||
          std::memcmp(first.data(), second.data(), first.size_bytes()) == 0);
}

void RecordDifference::Read(FieldValues& values, const Record& record) {
  values.Read(record, cast_.IdsOf(record), cast_.FactsOf(record.call()),
              cast_.CorrelationOf(record.call(), record.correlation_epoch));
}

std::vector<std::string_view> RecordDifference::ChangedFields(
    const Record& first, const Record& second) {
  Read(first_values_, first);
  Read(second_values_, second);
  std::vector<std::string_view> fields;
  for (const Column& column : Columns(first.log(), shape_)) {
    if (!AreSame(first_values_.Of(column), second_values_.Of(column))) {
      fields.push_back(column.name);
    }
  }
  return fields;
}

std::vector<TouchedRecord> RecordDifference::Between(
    std::span<const Record> first, std::span<const Record> second, bool late) {
  std::vector<std::optional<RecordName>> left;
  for (const Record& record : second) {
    left.push_back(NameOf(record, cast_));
  }
  std::vector<TouchedRecord> touched;
  for (const Record& record : first) {
    const auto at = std::find(left.begin(), left.end(), NameOf(record, cast_));
    if (at == left.end()) {
      touched.push_back({record, Touch::kCaused, {}, 0});
      continue;
    }
    at->reset();
    const Record& other = second[static_cast<std::size_t>(at - left.begin())];
    std::vector<std::string_view> fields = ChangedFields(record, other);
    const std::int64_t late_ms = record.delivery().ms - other.delivery().ms;
    if (fields.empty() && (!late || late_ms == 0)) continue;
    touched.push_back({record, Touch::kChanged, std::move(fields), late_ms});
  }
  for (std::size_t i = 0; i < second.size(); ++i) {
    if (left[i]) touched.push_back({second[i], Touch::kSuppressed, {}, 0});
  }
  return touched;
}

}  // namespace busyhour
