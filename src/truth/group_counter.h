#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "logs/cast.h"
#include "logs/field_values.h"
#include "logs/log.h"
#include "logs/record.h"
#include "truth/question.h"

namespace busyhour::internal {

using AnswerValue = std::variant<std::string, std::int64_t, double, bool>;

/// The answer to a question: a row for each group that has records, in the
/// order of the keys.
struct AnswerTable {
  std::string_view name;
  std::string_view title;
  bool is_long = false;
  std::vector<std::string_view> columns;
  std::vector<std::vector<AnswerValue>> rows;
};

/// Groups and counts the records of one question. Its memory depends on the
/// number of groups and of distinct durations, not on that of records.
///
/// For one thread.
class GroupCounter {
 public:
  /// All must outlive it.
  GroupCounter(const LogQuestion& question, const Cast& cast,
               FieldValues& values, std::int64_t bucket_ms);

  /// The records of one call, in the order of `Scribe::AppendRecords`.
  void AddCall(std::span<const Record> records);
  AnswerTable Finish() const;

 private:
  // Where the value of a key comes from.
  struct Key {
    const KeyColumn* column = nullptr;
    const Column* source = nullptr;  // null if it has no column
    bool is_joined = false;
    // By the byte at the field's `at`: the text, and the first byte with this
    // text. Empty for values that are not one of a list.
    std::vector<std::string> texts;
    std::vector<std::uint8_t> same;
  };
  // The values of a record's keys: a byte for each key with texts, and one
  // other value.
  struct Group {
    std::array<std::uint8_t, LogQuestion::kMostKeys> bytes{};
    std::int64_t other = 0;
    friend bool operator==(const Group&, const Group&) = default;
  };
  struct HashOfGroup {
    std::size_t operator()(const Group& group) const noexcept;
  };
  struct Counts {
    std::uint64_t records = 0;
    std::uint64_t calls = 0;
    std::uint64_t correlation_ids = 0;
    std::uint64_t own_ids = 0;
    std::int64_t sum = 0;  // in the units of the question's value
    std::unordered_map<std::int64_t, std::uint64_t> of_value;
    // The last call and the sequence number in it of the last own id; records
    // of one call, and those of one id, are adjacent.
    std::uint64_t last_call = 0;
    std::uint16_t last_own_id = 0;
    std::bitset<256> epochs;  // of the last call
  };

  Key MakeKey(const KeyColumn& column, const Vocabulary& words) const;
  // A column of shape `table` of the question's log, or else of the joined one.
  const Column* FindColumn(std::string_view name, bool& is_joined) const;
  // The record of the joined log with the own id of `record`; null if the job
  // does not have it.
  const Record* JoinedTo(const Record& record,
                         std::span<const Record> records) const;
  // Sets `taken_` to the records of a call that count.
  void TakeFrom(std::span<const Record> records);
  Group GroupOf(const Record& record, std::span<const Record> records);
  std::int64_t OtherOf(const Key& key, const Record& record);
  // The number in a column of a record, in units of 10^-`decimals`; nothing if
  // it is missing.
  std::optional<std::int64_t> NumberOfUnits(const Record& record,
                                            const Column& column, int decimals);
  void Count(const Record& record, Counts& counts);
  AnswerValue ValueOf(const Key& key, std::size_t number,
                      const Group& group) const;
  void AddAggregates(const Counts& counts, std::vector<AnswerValue>& row) const;

  const LogQuestion& question_;
  const Cast& cast_;
  FieldValues& values_;
  const std::int64_t bucket_ms_;
  std::vector<Key> keys_;
  const Column* value_ = nullptr;
  bool ranks_ = false;
  int decimals_ = 0;  // of the values in `Counts`
  std::unordered_map<Group, Counts, HashOfGroup> groups_;
  std::vector<const Record*> taken_;      // of the current call
  std::uint64_t call_ = 0;                // number of the current call, from 1
  std::optional<std::uint32_t> address_;  // of the current call
};

}  // namespace busyhour::internal
