#include "twins/record_difference.h"

#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>
#include <variant>

namespace busyhour::internal {
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

std::vector<RecordName> NamesOf(const RecordsOfWorld& world) {
  std::vector<RecordName> names;
  for (const Record& record : world.records) {
    names.push_back(NameOf(record, world.cast));
  }
  return names;
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

void Read(FieldValues& values, const Record& record, const Cast& cast) {
  values.Read(record, cast.IdsOf(record), cast.FactsOf(record.call()),
              cast.CorrelationOf(record.call(), record.correlation_epoch));
}

}  // namespace

RecordDifference::RecordDifference(const Vocabulary& words, Shape shape)
    : shape_(shape),
      first_values_(std::vector{&words}),
      second_values_(std::vector{&words}) {}

bool RecordDifference::AreEqual(std::span<const Record> first,
                                std::span<const Record> second) noexcept {
  static_assert(sizeof(Record) == 40, "no padding, so bytes can be compared");
  return first.size() == second.size() &&
         (first.empty() ||
          std::memcmp(first.data(), second.data(), first.size_bytes()) == 0);
}

std::vector<std::string_view> RecordDifference::ChangedFields(
    const Record& first, const Cast& first_cast, const Record& second,
    const Cast& second_cast) {
  Read(first_values_, first, first_cast);
  Read(second_values_, second, second_cast);
  std::vector<std::string_view> fields;
  for (const Column& column : Columns(first.log(), shape_)) {
    if (!AreSame(first_values_.Of(column), second_values_.Of(column))) {
      fields.push_back(column.name);
    }
  }
  return fields;
}

std::vector<std::optional<std::size_t>> RecordDifference::Pairs(
    const RecordsOfWorld& first, const RecordsOfWorld& second) {
  const std::vector<RecordName> names = NamesOf(first);
  const std::vector<RecordName> others = NamesOf(second);
  std::vector<std::optional<std::size_t>> pairs(names.size());
  std::vector<bool> taken(others.size());
  const auto pair_if = [&](const auto& are_same) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = 0; j < others.size() && !pairs[i]; ++j) {
        if (taken[j] || !are_same(i, j)) continue;
        pairs[i] = j;
        taken[j] = true;
      }
    }
  };
  // A record without an id has another place if earlier ones are missing.
  pair_if([&](std::size_t i, std::size_t j) {
    return names[i].id == Guid{} && others[j].id == Guid{} &&
           names[i].log == others[j].log &&
           names[i].is_copy == others[j].is_copy &&
           ChangedFields(first.records[i], first.cast, second.records[j],
                         second.cast)
               .empty();
  });
  pair_if([&](std::size_t i, std::size_t j) { return names[i] == others[j]; });
  return pairs;
}

std::vector<TouchedRecord> RecordDifference::Between(
    const RecordsOfWorld& first, const RecordsOfWorld& second, bool late) {
  const auto pairs = Pairs(first, second);
  std::vector<bool> left(second.records.size(), true);
  std::vector<TouchedRecord> touched;
  for (std::size_t i = 0; i < first.records.size(); ++i) {
    const Record& record = first.records[i];
    if (!pairs[i]) {
      touched.push_back({record, Touch::kCaused, {}, 0});
      continue;
    }
    left[*pairs[i]] = false;
    const Record& other = second.records[*pairs[i]];
    std::vector<std::string_view> fields =
        ChangedFields(record, first.cast, other, second.cast);
    const std::int64_t late_ms = record.delivery().ms - other.delivery().ms;
    if (fields.empty() && (!late || late_ms == 0)) continue;
    touched.push_back({record, Touch::kChanged, std::move(fields), late_ms});
  }
  for (std::size_t i = 0; i < second.records.size(); ++i) {
    if (left[i]) {
      touched.push_back({second.records[i], Touch::kSuppressed, {}, 0});
    }
  }
  return touched;
}

}  // namespace busyhour::internal
