#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "logs/log.h"
#include "truth/question.h"

namespace busyhour::internal {
namespace {

const Field* FieldOf(LogType log, std::string_view column) {
  for (const Column& each : Columns(log, Shape::kTable)) {
    if (each.name == column) return each.field;
  }
  return nullptr;
}

TEST(QuestionsTest, HaveDistinctNames) {
  std::set<std::string_view> names;
  for (const LogQuestion& question : LogQuestions()) {
    EXPECT_TRUE(names.insert(question.name).second) << question.name;
    EXPECT_FALSE(question.title.empty()) << question.name;
  }
  EXPECT_GT(names.size(), 15u);
}

TEST(QuestionsTest, GroupByColumnsOfTheirLogs) {
  for (const LogQuestion& question : LogQuestions()) {
    for (const KeyColumn& key : question.keys) {
      if (key.name.empty() || key.column.empty()) continue;
      EXPECT_TRUE(key.flag == nullptr && !key.is_number_in_call)
          << question.name << ' ' << key.column;
      const bool is_own = FieldOf(question.log, key.column) != nullptr;
      const bool is_joined =
          question.joined && FieldOf(*question.joined, key.column) != nullptr;
      EXPECT_TRUE(is_own || is_joined) << question.name << ' ' << key.column;
    }
    if (question.joined) {
      EXPECT_EQ(DescriptorOf(question.log).own_kind,
                DescriptorOf(*question.joined).own_kind)
          << question.name;
    }
  }
}

// Only one key may have a value that is not one of a list.
TEST(QuestionsTest, HaveAtMostOneOpenKey) {
  for (const LogQuestion& question : LogQuestions()) {
    std::size_t open = 0;
    for (const KeyColumn& key : question.keys) {
      if (key.name.empty() || key.flag != nullptr) continue;
      const Field* field = FieldOf(question.log, key.column);
      if (field == nullptr && question.joined && !key.column.empty()) {
        field = FieldOf(*question.joined, key.column);
      }
      if (field == nullptr) {
        ++open;
      } else if (key.steps.width != 0) {
        ++open;
        EXPECT_TRUE(TypeOf(field->kind) == Type::kInteger ||
                    TypeOf(field->kind) == Type::kReal)
            << question.name << ' ' << key.column;
      } else if (!IsTable(field->kind) && key.group == nullptr) {
        ++open;
        EXPECT_TRUE(field->kind == FieldKind::kCallerAddress ||
                    TypeOf(field->kind) == Type::kDatetime ||
                    field->kind == FieldKind::kUserId)
            << question.name << ' ' << key.column;
      } else {
        EXPECT_NE(field->texts, nullptr) << question.name << ' ' << key.column;
      }
    }
    EXPECT_LE(open, 1u) << question.name;
  }
}

TEST(QuestionsTest, AddUpNumbers) {
  for (const LogQuestion& question : LogQuestions()) {
    bool needs_value = false;
    std::set<std::string_view> names;
    for (const AggregateColumn& column : question.aggregates) {
      needs_value = needs_value || column.aggregate == Aggregate::kSum ||
                    column.aggregate == Aggregate::kMean ||
                    column.aggregate == Aggregate::kPercentiles;
      if (!column.name.empty()) {
        EXPECT_TRUE(names.insert(column.name).second) << question.name;
      }
    }
    const Field* const value = FieldOf(question.log, question.value);
    EXPECT_EQ(needs_value, value != nullptr) << question.name;
    if (value == nullptr) continue;
    EXPECT_TRUE(TypeOf(value->kind) == Type::kInteger ||
                TypeOf(value->kind) == Type::kReal)
        << question.name;
  }
}

}  // namespace
}  // namespace busyhour::internal
