#include "truth/group_counter.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/stream.h"
#include "base/time.h"

namespace busyhour {
namespace {

std::uint16_t OwnIdOf(const Record& record) noexcept {
  return record.HalfAt(DescriptorOf(record.log()).subject_at);
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
  const Field& field = *key.source->field;
  if (!IsTable(field.kind) && column.group == nullptr) return key;
  key.texts =
      field.texts(words, key.is_joined ? *question_.joined : question_.log);
  for (std::string& text : key.texts) {
    if (column.group != nullptr) text = column.group(text);
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
  for (const Record& record : records) {
    if (record.log() != question_.log) continue;
    if (question_.counts != nullptr && !question_.counts(record)) continue;
    Count(record, groups_[GroupOf(record, records)]);
  }
}

const Record& GroupCounter::JoinedTo(const Record& record,
                                     std::span<const Record> records) const {
  return *std::find_if(records.begin(), records.end(),
                       [&](const Record& other) {
                         return other.log() == *question_.joined &&
                                OwnIdOf(other) == OwnIdOf(record);
                       });
}

GroupCounter::Group GroupCounter::GroupOf(const Record& record,
                                          std::span<const Record> records) {
  Group group;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Key& key = keys_[i];
    if (key.texts.empty()) {
      group.other = OtherOf(key, record);
      continue;
    }
    const Record& of = key.is_joined ? JoinedTo(record, records) : record;
    const std::uint8_t at = key.source->field->at;
    group.bytes[i] = key.same[at == Field::kSameInAll ? 0 : of.ByteAt(at)];
  }
  return group;
}

std::int64_t GroupCounter::OtherOf(const Key& key, const Record& record) {
  if (key.source == nullptr) {
    const std::int64_t ms = record.time().ms;
    return ms - ms % bucket_ms_;
  }
  if (key.source->field->kind == FieldKind::kCallerAddress) {
    if (!address_) address_ = cast_.FactsOf(record.call()).caller_ip;
    return *address_;
  }
  return static_cast<std::int64_t>(cast_.IdsOf(record).phone_number);
}

void GroupCounter::Count(const Record& record, Counts& counts) {
  if (counts.last_call != call_) {
    counts.last_call = call_;
    ++counts.calls;
    ++counts.own_ids;
    counts.epochs.reset();
  } else if (counts.last_own_id != OwnIdOf(record)) {
    ++counts.own_ids;
  }
  counts.last_own_id = OwnIdOf(record);
  ++counts.records;
  if (!counts.epochs[record.correlation_epoch]) {
    counts.epochs.set(record.correlation_epoch);
    ++counts.correlation_ids;
  }
  if (value_ == nullptr) return;
  values_.Read(record, {}, {}, {});
  const auto number = std::get<Number>(values_.Of(*value_));
  decimals_ = number.decimals;
  counts.sum += number.units;
  if (ranks_) ++counts.of_value[number.units];
}

AnswerValue GroupCounter::ValueOf(const Key& key, std::size_t number,
                                  const Group& group) const {
  if (key.source == nullptr) return FormatTime({group.other});
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
        row.emplace_back(NearestRank(sorted, counts.records, each.percent));
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

}  // namespace busyhour
