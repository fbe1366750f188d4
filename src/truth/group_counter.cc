#include "truth/group_counter.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/stream.h"
#include "base/time.h"

namespace busyhour::internal {
namespace {

std::int64_t PowerOfTen(int exponent) {
  std::int64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

// A number in units of 10^-`decimals`, rounded down.
std::int64_t InUnits(Number number, int decimals) {
  return number.decimals < decimals
             ? number.units * PowerOfTen(decimals - number.decimals)
             : number.units / PowerOfTen(number.decimals - decimals);
}

// A whole number, or one with decimals.
AnswerValue NumberOf(std::int64_t units, int decimals) {
  if (decimals == 0) return units;
  return static_cast<double>(units) / static_cast<double>(PowerOfTen(decimals));
}

// The most decimals of a field's values.
int DecimalsOf(const Field& field, const Vocabulary& words, LogType log) {
  int most = 0;
  switch (field.kind) {
    case FieldKind::kFineSeconds:
      return 3;
    case FieldKind::kFineMilliseconds:
      return 4;
    case FieldKind::kMinutes:
      return 6;
    case FieldKind::kReal:
      for (const std::string& text : field.texts(words, log)) {
        most = std::max(most, NumberIn(text).decimals);
      }
      return most;
    default:
      return 0;
  }
}

// The smallest value that `percent` % of the values do not exceed.
std::int64_t NearestRank(
    const std::vector<std::pair<std::int64_t, std::uint64_t>>& counts,
    std::uint64_t total, unsigned percent) {
  std::uint64_t seen = 0;
  for (const auto& [value, count] : counts) {
    seen += count;
    if (100 * seen >= percent * total) return value;
  }
  return 0;
}

}  // namespace

std::size_t GroupCounter::HashOfGroup::operator()(
    const Group& group) const noexcept {
  static_assert(LogQuestion::kMostKeys <= sizeof(std::uint64_t));
  std::uint64_t bytes = 0;
  std::copy(group.bytes.begin(), group.bytes.end(),
            reinterpret_cast<unsigned char*>(&bytes));
  return FoldedMultiply(bytes ^ kMix1,
                        static_cast<std::uint64_t>(group.other) + kMix1);
}

GroupCounter::GroupCounter(const LogQuestion& question, const Cast& cast,
                           FieldValues& values, std::int64_t bucket_ms)
    : question_(question), cast_(cast), values_(values), bucket_ms_(bucket_ms) {
  for (const KeyColumn& column : question.keys) {
    if (!column.name.empty()) {
      keys_.push_back(MakeKey(column, cast.vocabulary()));
    }
  }
  bool is_joined = false;
  if (!question.value.empty()) value_ = FindColumn(question.value, is_joined);
  if (value_ != nullptr) {
    decimals_ = DecimalsOf(*value_->field, cast.vocabulary(), question.log);
  }
  for (const AggregateColumn& column : question.aggregates) {
    ranks_ = ranks_ || column.aggregate == Aggregate::kPercentiles;
  }
}

const Column* GroupCounter::FindColumn(std::string_view name,
                                       bool& is_joined) const {
  is_joined = false;
  for (const Column& column : Columns(question_.log, Shape::kTable)) {
    if (column.name == name) return &column;
  }
  is_joined = true;
  for (const Column& column : Columns(*question_.joined, Shape::kTable)) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

GroupCounter::Key GroupCounter::MakeKey(const KeyColumn& column,
                                        const Vocabulary& words) const {
  Key key;
  key.column = &column;
  if (column.column.empty()) return key;
  key.source = FindColumn(column.column, key.is_joined);
  if (column.steps.width != 0) return key;
  const Field& field = *key.source->field;
  if (!IsTable(field.kind) && column.group == nullptr) return key;
  key.texts =
      field.texts(words, key.is_joined ? *question_.joined : question_.log);
  for (std::string& text : key.texts) {
    if (column.group != nullptr) text = column.group(text);
    if (text == kMissingText) text.clear();
  }
  for (const std::string& text : key.texts) {
    key.same.push_back(static_cast<std::uint8_t>(
        std::find(key.texts.begin(), key.texts.end(), text) -
        key.texts.begin()));
  }
  return key;
}

void GroupCounter::AddCall(std::span<const Record> records) {
  ++call_;
  address_.reset();
  TakeFrom(records);
  for (const Record* const record : taken_) {
    Count(*record, groups_[GroupOf(*record, records)]);
  }
}

void GroupCounter::TakeFrom(std::span<const Record> records) {
  taken_.clear();
  for (const Record& record : records) {
    if (record.log() != question_.log) continue;
    if (question_.counts != nullptr && !question_.counts(record)) continue;
    // In a job with a warm-up, the joined record may be from before the start.
    if (question_.joined && JoinedTo(record, records) == nullptr) continue;
    if (!taken_.empty()) {
      if (question_.taken == Taken::kOneOfCall) return;
      if (question_.taken == Taken::kLastOfId &&
          SubjectOf(*taken_.back()) == SubjectOf(record)) {
        taken_.pop_back();
      }
    }
    taken_.push_back(&record);
  }
}

const Record* GroupCounter::JoinedTo(const Record& record,
                                     std::span<const Record> records) const {
  const auto joined =
      std::find_if(records.begin(), records.end(), [&](const Record& other) {
        return other.log() == *question_.joined &&
               SubjectOf(other) == SubjectOf(record);
      });
  return joined == records.end() ? nullptr : &*joined;
}

GroupCounter::Group GroupCounter::GroupOf(const Record& record,
                                          std::span<const Record> records) {
  Group group;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Key& key = keys_[i];
    if (key.column->flag != nullptr) {
      group.bytes[i] = key.column->flag(record);
      continue;
    }
    if (key.texts.empty()) {
      group.other = OtherOf(key, record);
      continue;
    }
    const Record& of = key.is_joined ? *JoinedTo(record, records) : record;
    const std::uint8_t at = key.source->field->at;
    group.bytes[i] = key.same[at == Field::kSameInAll ? 0 : of.ByteAt(at)];
  }
  return group;
}

std::int64_t GroupCounter::OtherOf(const Key& key, const Record& record) {
  if (key.column->is_number_in_call) {
    return static_cast<std::int64_t>(taken_.size());
  }
  if (const Steps steps = key.column->steps; steps.width != 0) {
    const std::int64_t units =
        NumberOfUnits(record, *key.source, steps.decimals).value_or(0);
    return units - units % steps.width;
  }
  const auto to_bucket = [this](SimTime time) {
    return time.ms - time.ms % bucket_ms_;
  };
  if (key.source == nullptr) return to_bucket(record.time());
  if (TypeOf(key.source->field->kind) == Type::kDatetime) {
    values_.Read(record, {}, {}, {});
    return to_bucket(std::get<SimTime>(values_.Of(*key.source)));
  }
  if (key.source->field->kind == FieldKind::kCallerAddress) {
    if (!address_) address_ = cast_.FactsOf(record.call()).caller_ip;
    return *address_;
  }
  return static_cast<std::int64_t>(cast_.IdsOf(record).phone_number);
}

std::optional<std::int64_t> GroupCounter::NumberOfUnits(const Record& record,
                                                        const Column& column,
                                                        int decimals) {
  values_.Read(record, {}, {}, {});
  const FieldValue value = values_.Of(column);
  const auto* const number = std::get_if<Number>(&value);
  if (number == nullptr) return std::nullopt;
  return InUnits(*number, decimals);
}

void GroupCounter::Count(const Record& record, Counts& counts) {
  if (counts.last_call != call_) {
    counts.last_call = call_;
    ++counts.calls;
    ++counts.own_ids;
    counts.epochs.reset();
  } else if (counts.last_own_id != SubjectOf(record)) {
    ++counts.own_ids;
  }
  counts.last_own_id = SubjectOf(record);
  ++counts.records;
  if (!counts.epochs[record.correlation_epoch]) {
    counts.epochs.set(record.correlation_epoch);
    ++counts.correlation_ids;
  }
  if (value_ == nullptr) return;
  const std::int64_t units =
      NumberOfUnits(record, *value_, decimals_).value_or(0);
  counts.sum += units;
  if (ranks_) ++counts.of_value[units];
}

AnswerValue GroupCounter::ValueOf(const Key& key, std::size_t number,
                                  const Group& group) const {
  if (key.column->flag != nullptr) return group.bytes[number] != 0;
  if (key.column->is_number_in_call) return group.other;
  if (const Steps steps = key.column->steps; steps.width != 0) {
    return NumberOf(group.other, steps.decimals);
  }
  if (key.source == nullptr ||
      TypeOf(key.source->field->kind) == Type::kDatetime) {
    return FormatTime({group.other});
  }
  if (key.texts.empty()) {
    if (key.source->field->kind != FieldKind::kCallerAddress) {
      return '+' + std::to_string(group.other);
    }
    CallFacts facts{};
    facts.caller_ip = static_cast<std::uint32_t>(group.other);
    values_.Read({}, {}, facts, {});
    return std::string(std::get<std::string_view>(values_.Of(*key.source)));
  }
  const std::string& text = key.texts[group.bytes[number]];
  if (key.column->group != nullptr) return text;
  if (key.source->field->kind == FieldKind::kBoolean) return text == "true";
  if (key.source->field->kind != FieldKind::kNumber) return text;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void GroupCounter::AddAggregates(const Counts& counts,
                                 std::vector<AnswerValue>& row) const {
  const auto add = [&row](std::uint64_t count) {
    row.emplace_back(static_cast<std::int64_t>(count));
  };
  for (const AggregateColumn& column : question_.aggregates) {
    if (column.aggregate == Aggregate::kPercentiles) {
      std::vector<std::pair<std::int64_t, std::uint64_t>> sorted(
          counts.of_value.begin(), counts.of_value.end());
      std::sort(sorted.begin(), sorted.end());
      for (const Percentile& each : kPercentiles) {
        row.push_back(NumberOf(
            NearestRank(sorted, counts.records, each.percent), decimals_));
      }
      continue;
    }
    if (column.name.empty()) continue;
    switch (column.aggregate) {
      case Aggregate::kRecords:
        add(counts.records);
        break;
      case Aggregate::kCalls:
        add(counts.calls);
        break;
      case Aggregate::kCorrelationIds:
        add(counts.correlation_ids);
        break;
      case Aggregate::kOwnIds:
        add(counts.own_ids);
        break;
      case Aggregate::kSum:
        row.emplace_back(static_cast<double>(counts.sum) /
                         (std::pow(10, decimals_) * question_.divisor));
        break;
      case Aggregate::kMean:
        row.emplace_back(
            static_cast<double>(counts.sum) /
            (std::pow(10, decimals_) * static_cast<double>(counts.records)));
        break;
      case Aggregate::kPercentiles:
        break;
    }
  }
}

AnswerTable GroupCounter::Finish() const {
  AnswerTable answer{
      question_.name, question_.title, question_.is_long, {}, {}};
  for (const Key& key : keys_) answer.columns.push_back(key.column->name);
  for (const AggregateColumn& column : question_.aggregates) {
    if (column.aggregate == Aggregate::kPercentiles) {
      for (const Percentile& each : kPercentiles) {
        answer.columns.push_back(each.name);
      }
    } else if (!column.name.empty()) {
      answer.columns.push_back(column.name);
    }
  }
  for (const auto& [group, counts] : groups_) {
    std::vector<AnswerValue>& row = answer.rows.emplace_back();
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      row.push_back(ValueOf(keys_[i], i, group));
    }
    AddAggregates(counts, row);
  }
  // The keys of two rows differ.
  std::sort(answer.rows.begin(), answer.rows.end());
  return answer;
}

}  // namespace busyhour::internal
