#include "columns/column_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "encode/shape.h"
#include "engine/scribe.h"
#include "logs/field_values.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kFirstSlot = 1'772'438'400;  // 2026-03-02 08:00

template <class Value>
Value ValueIn(const void* p) {
  Value value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

// A value as text, in a form that both sides of a comparison can have.
std::string TextOfDouble(double value) { return std::to_string(value); }

// The value of a row; `null` for none.
std::string ValueOf(const StoredColumn& column, const ColumnValues& values,
                    std::size_t row) {
  if (column.may_be_null && values.present[row] == 0) return "null";
  std::string_view bytes;
  const std::size_t width = WidthOf(column.stored);
  if (values.dictionary != nullptr) {
    bytes = (*values.dictionary)[column.dictionary == Dictionary::kCalls
                                     ? values.index[row]
                                     : values.fixed[row]];
  } else if (column.stored == Stored::kText) {
    bytes = values.texts[row];
  } else {
    bytes = {reinterpret_cast<const char*>(values.fixed.data()) + row * width,
             width};
  }
  switch (column.stored) {
    case Stored::kBoolean:
      return bytes[0] != 0 ? "true" : "false";
    case Stored::kInt32:
      return std::to_string(ValueIn<std::int32_t>(bytes.data()));
    case Stored::kInt64:
    case Stored::kTime:
      return std::to_string(ValueIn<std::int64_t>(bytes.data()));
    case Stored::kDouble:
      return TextOfDouble(ValueIn<double>(bytes.data()));
    case Stored::kText:
      return std::string(bytes);
    case Stored::kUuid:
      return FormatGuid(
          {__builtin_bswap64(ValueIn<std::uint64_t>(bytes.data())),
           __builtin_bswap64(ValueIn<std::uint64_t>(bytes.data() + 8))});
  }
  return "";
}

// The same of the field's value.
struct Expected {
  const StoredColumn& column;
  std::string_view missing_text;

  std::string operator()(std::string_view text) const {
    if (column.stored == Stored::kUuid && text.empty()) return "null";
    return std::string(text);
  }
  std::string operator()(SimTime time) const { return std::to_string(time.ms); }
  std::string operator()(bool yes) const { return yes ? "true" : "false"; }
  std::string operator()(std::monostate) const {
    return column.stored == Stored::kText ? std::string(missing_text) : "null";
  }
  std::string operator()(const Number& number) const {
    if (column.stored == Stored::kDouble) {
      return TextOfDouble(static_cast<double>(number.units) /
                          std::pow(10.0, number.decimals));
    }
    return std::to_string(number.units);
  }
};

class ColumnBatchTest : public testing::Test {
 protected:
  ColumnBatchTest()
      : profile_(LoadProfile("conference")),
        worlds_(profile_, 1, {kFirstSlot * 1000}) {
    AddCalls();
  }

  // Adds calls of all resources in turn.
  void AddCalls() {
    Job job;
    job.start = {kFirstSlot * 1000};
    job.logs = LogSet::All();
    Scribe scribe(worlds_, job);
    std::vector<Record> records;
    for (std::uint32_t number = 0; number < 300; ++number) {
      scribe.Simulate(
          {kFirstSlot + number / 3, number % 3, number % worlds_.size()});
      scribe.AppendRecords(number, records);
    }
    for (const Record& record : records) {
      records_[record.log()].push_back(record);
    }
  }

  // Compares all values of the records of a log with those of their fields.
  void Compare(LogType log, Shape shape, GuidForm guids, ColumnBatch& batch);

  Profile profile_;
  Worlds worlds_;
  PerLog<std::vector<Record>> records_;
};

void ColumnBatchTest::Compare(LogType log, Shape shape, GuidForm guids,
                              ColumnBatch& batch) {
  const LogColumns columns(worlds_, log, shape, guids);
  batch.Fill(columns, records_[log]);
  ASSERT_EQ(batch.rows(), records_[log].size());
  FieldValues fields(worlds_.vocabularies());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const Record& record = records_[log][row];
    const Cast& cast = worlds_.CastOf(record);
    fields.Read(record, cast.IdsOf(record), cast.FactsOf(record.call()),
                cast.CorrelationOf(record.call(), record.correlation_epoch));
    for (std::size_t i = 0; i < columns.columns().size(); ++i) {
      const StoredColumn& column = columns.columns()[i].stored;
      if (column.column->type == Type::kString &&
          TypeOf(column.field().kind) != Type::kString) {
        continue;  // a number as text
      }
      ASSERT_EQ(ValueOf(column, batch.values()[i], row),
                std::visit(Expected{column, Info(shape).missing_text},
                           fields.Of(*column.column)))
          << column.column->name << " of record " << row;
    }
  }
}

// For all logs, shapes and forms of GUIDs: each value is that of the field.
TEST_F(ColumnBatchTest, ValuesAreThoseOfTheFields) {
  for (const GuidForm guids : {GuidForm::kUuid, GuidForm::kText}) {
    ColumnBatch batch(worlds_, guids);
    for (const LogType log : kLogTypes) {
      ASSERT_FALSE(records_[log].empty()) << Info(log).name;
      for (const Shape shape : {Shape::kTable, Shape::kTableArrival,
                                Shape::kDataExport, Shape::kResourceLog}) {
        SCOPED_TRACE(Info(log).name);
        Compare(log, shape, guids, batch);
      }
    }
  }
}

// The same with another resource, whose texts are others.
TEST_F(ColumnBatchTest, ValuesAreThoseOfTheRecordsResource) {
  const Profile other = LoadProfile("contact-center");
  worlds_.Add(other, 1, {kFirstSlot * 1000});
  records_ = {};
  AddCalls();
  ColumnBatch batch(worlds_, GuidForm::kUuid);
  for (const LogType log : {LogType::kOperational, LogType::kUsage}) {
    Compare(log, Shape::kTable, GuidForm::kUuid, batch);
  }
}

// For all ways to divide records: the same values, as one list or in parts.
TEST_F(ColumnBatchTest, PartsHaveTheValuesOfTheWhole) {
  const std::span<const Record> all = records_[LogType::kOperational];
  const LogColumns columns(worlds_, LogType::kOperational, Shape::kTable,
                           GuidForm::kUuid);
  ColumnBatch whole(worlds_, GuidForm::kUuid);
  whole.Fill(columns, all);
  for (const std::size_t part : {1, 100, 257}) {
    ColumnBatch batch(worlds_, GuidForm::kUuid);
    batch.Begin(columns, all.size());
    for (std::size_t i = 0; i < all.size(); i += part) {
      batch.Append(all.subspan(i, std::min(part, all.size() - i)));
    }
    ASSERT_EQ(batch.rows(), whole.rows());
    for (std::size_t i = 0; i < whole.values().size(); ++i) {
      const StoredColumn& column = columns.columns()[i].stored;
      for (std::size_t row = 0; row < whole.rows(); ++row) {
        ASSERT_EQ(ValueOf(column, batch.values()[i], row),
                  ValueOf(column, whole.values()[i], row))
            << column.column->name << " of record " << row;
      }
      EXPECT_EQ(batch.values()[i].nulls, whole.values()[i].nulls);
    }
  }
}

// The records of a call share the values of its ids: a dictionary has each
// value once.
TEST_F(ColumnBatchTest, DictionariesHaveNoValueTwice) {
  ColumnBatch batch(worlds_, GuidForm::kUuid);
  const LogColumns columns(worlds_, LogType::kOperational, Shape::kTable,
                           GuidForm::kUuid);
  batch.Fill(columns, records_[LogType::kOperational]);
  for (const ColumnValues& values : batch.values()) {
    if (values.dictionary == nullptr) continue;
    std::vector<std::string_view> all;
    for (std::size_t i = 0; i < values.dictionary->size(); ++i) {
      all.push_back((*values.dictionary)[i]);
    }
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
    EXPECT_LT(all.size(), batch.rows());
  }
}

}  // namespace
}  // namespace busyhour::internal
