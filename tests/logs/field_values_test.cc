#include "logs/field_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "encode/reference.h"
#include "encode/sample.h"

namespace busyhour::internal {
namespace {

// The text of a value in a table.
struct TextOf {
  std::string operator()(std::string_view text) const {
    return std::string(text);
  }
  std::string operator()(SimTime time) const {
    return sample::TimeText(time, Shape::kTable);
  }
  std::string operator()(std::monostate) const {
    return std::string(kMissingText);
  }
  std::string operator()(bool yes) const { return yes ? "true" : "false"; }
  std::string operator()(const Number& number) const {
    std::string text = std::to_string(number.units);
    if (number.decimals == 0) return text;
    const auto decimals = static_cast<std::size_t>(number.decimals);
    if (text.size() <= decimals)
      text.insert(0, decimals + 1 - text.size(), '0');
    text.insert(text.size() - decimals, ".");
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text;
  }
};

// For all logs and fields: the text of the value equals the reference.
TEST(FieldValuesTest, AreWhatATableSays) {
  const Vocabulary words = sample::MakeVocabulary();
  FieldValues values(std::vector{&words});
  std::mt19937_64 random(1);
  for (int round = 0; round < 500; ++round) {
    const sample::Call call = sample::MakeCall(random);
    for (const LogType log : kLogTypes) {
      sample::Event event = sample::MakeEvent(call, log, words, random);
      event.record.correlation_epoch = static_cast<std::uint8_t>(round % 2);
      if (round % 5 == 0 && log <= LogType::kStreamingUsage) {
        event.ids.id = {};
      }
      values.Read(event.record, event.ids, call.facts,
                  call.correlations[event.record.correlation_epoch]);
      std::size_t billed_bytes = 0;
      for (const Column& column : Columns(log, Shape::kTable)) {
        std::string text = sample::FieldText(column.name, log, Shape::kTable,
                                             words, call, event);
        if (column.field->is_billed && text != kMissingText) {
          billed_bytes += text.size();
        }
        if (column.field->kind == FieldKind::kBilledSize) {
          text = std::to_string(billed_bytes);
        }
        if (column.field->kind == FieldKind::kReal && text != kMissingText) {
          const Number number = std::get<Number>(values.Of(column));
          EXPECT_DOUBLE_EQ(
              static_cast<double>(number.units) / std::pow(10, number.decimals),
              std::stod(text));
          continue;
        }
        EXPECT_EQ(std::visit(TextOf(), values.Of(column)), text) << column.name;
      }
    }
  }
}

}  // namespace
}  // namespace busyhour::internal
