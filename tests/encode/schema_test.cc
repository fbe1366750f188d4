#include "encode/schema.h"

#include <regex.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/sanitized.h"
#include "encode/reference.h"
#include "encode/sample.h"
#include "encode/shape.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

// The end-to-end tests validate complete data sets with an independent
// validator. This one supports only the keywords in our schemas, and fails on
// any other.

namespace busyhour::internal {
namespace {

using sample::Json;

bool Matches(const std::string& text, const std::string& pattern) {
  regex_t regex;
  EXPECT_EQ(regcomp(&regex, pattern.c_str(), REG_EXTENDED | REG_NOSUB), 0);
  const bool matches = regexec(&regex, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&regex);
  return matches;
}

std::string Offence(const Json& schema, const Json& value);

std::string OffenceOfObject(const Json& schema, const Json& value) {
  for (const Json& name : schema.at("required")) {
    if (!value.contains(name.get<std::string>())) return "lacks " + name.dump();
  }
  for (const auto& [name, member] : value.items()) {
    if (!schema["properties"].contains(name)) {
      if (schema.value("additionalProperties", true)) continue;
      return "must not have " + name;
    }
    const std::string offence = Offence(schema["properties"][name], member);
    if (!offence.empty()) return name + ": " + offence;
  }
  return {};
}

// The first violation in `value`; empty if it is valid.
std::string Offence(const Json& schema, const Json& value) {
  if (schema["type"].is_array()) {
    EXPECT_EQ(schema["type"][1], "null");
    if (value.is_null()) return {};
    Json present = schema;
    present["type"] = schema["type"][0];
    return Offence(present, value);
  }
  const std::string type = schema["type"];
  const bool fits = type == "string"    ? value.is_string()
                    : type == "integer" ? value.is_number_integer()
                    : type == "number"  ? value.is_number()
                    : type == "boolean" ? value.is_boolean()
                                        : type == "object" && value.is_object();
  if (!fits) return value.dump() + " is not of type " + type;
  for (const auto& [word, rule] : schema.items()) {
    if (word == "pattern") {
      if (!Matches(value, rule)) {
        return value.dump() + " does not match " + rule.dump();
      }
    } else if (word == "enum") {
      if (std::find(rule.begin(), rule.end(), value) == rule.end()) {
        return value.dump() + " is not one of " + rule.dump();
      }
    } else if (word == "minimum") {
      if (value < rule) return value.dump() + " is too small";
    } else if (word != "$schema" && word != "$id" && word != "title" &&
               word != "description" && word != "type" && word != "required" &&
               word != "properties" && word != "additionalProperties") {
      return "the schema has the unknown word " + word;
    }
  }
  return type == "object" ? OffenceOfObject(schema, value) : "";
}

Json SchemaOf(LogType log, Shape shape) {
  return Json::parse(RecordSchema(log, shape));
}

Json MakeRecord(LogType log, Shape shape, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const Vocabulary words = sample::MakeVocabulary();
  const sample::Call call = sample::MakeCall(random);
  return sample::Reference(shape, words, call,
                           sample::MakeEvent(call, log, words, random));
}

// For all logs, shapes and records: the record is valid.
TEST(SchemaTest, EveryRecordIsValid) {
  for (const LogType log : kLogTypes) {
    for (const Shape shape : kShapes) {
      const Json schema = SchemaOf(log, shape);
      for (std::uint64_t seed = 0; seed < Fewer(60u); ++seed) {
        ASSERT_EQ(Offence(schema, MakeRecord(log, shape, seed)), "")
            << Info(log).name << ' ' << Info(shape).name;
      }
    }
  }
}

TEST(SchemaTest, PropertiesStandInTheOrderInWhichTheyAreWritten) {
  for (const LogType log : kLogTypes) {
    for (const Shape shape : kShapes) {
      const Json schema = SchemaOf(log, shape);
      const Json record = MakeRecord(log, shape, 1);
      std::vector<std::string> expected, described, required;
      for (const auto& [name, value] : record.items()) {
        expected.push_back(name);
      }
      for (const auto& [name, value] : schema["properties"].items()) {
        described.push_back(name);
      }
      for (const Json& name : schema["required"]) required.push_back(name);
      EXPECT_EQ(described, expected);
      EXPECT_EQ(required, expected);
    }
  }
}

TEST(SchemaTest, SaysWhichSchemaAndWhichLogItIs) {
  const Json schema = SchemaOf(LogType::kUsage, Shape::kTable);
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["$id"], "urn:busyhour:schema:usage:table");
  EXPECT_EQ(schema["title"], "Usage, shape table");
}

TEST(SchemaTest, EveryFieldIsExplained) {
  for (const LogType log : kLogTypes) {
    for (const Shape shape : kShapes) {
      const Json schema = SchemaOf(log, shape);
      for (const auto& [name, rule] : schema["properties"].items()) {
        EXPECT_FALSE(rule["description"].get<std::string>().empty()) << name;
      }
    }
  }
}

/// A change to a valid record, and the expected violation.
struct Damage {
  LogType log;
  Shape shape;
  std::string pointer;
  Json value;
};

// For each change: the changed record is invalid.
TEST(SchemaTest, DamagedRecordsAreInvalid) {
  const LogType operational = LogType::kOperational;
  const LogType media = LogType::kMediaSummary;
  const Shape resource = Shape::kResourceLog;
  const std::vector<Damage> damages = {
      {operational, resource, "/time", "2023-05-25T17:43:25.746Z"},
      {operational, resource, "/time", "2023-13-25T17:43:25.7460000Z"},
      {operational, resource, "/time", "x2023-05-25T17:43:25.7460000Z"},
      {operational, resource, "/resourceId", "/subscriptions/x"},
      {operational, resource, "/category", "Usage"},
      {operational, resource, "/operationName", "Dance"},
      {operational, resource, "/resultType", "Completed"},
      {operational, resource, "/resultSignature", 202},
      {operational, resource, "/durationMs", "82"},
      {operational, resource, "/durationMs", -1},
      {operational, resource, "/callerIpAddress", "1.2.3.256"},
      {operational, resource, "/callerIpAddress", "1.2.3"},
      {operational, resource, "/callerIpAddress", "1.2.3.4."},
      {operational, resource, "/correlationId", ""},
      {operational, resource, "/correlationId",
       "E2A97D52-0CBB-4ADF-8C4B-E10F791FB764"},
      {operational, resource, "/level", "Verbose"},
      {operational, resource, "/properties/uri", "https://example.com"},
      {operational, resource, "/properties/callConnectionId", "none"},
      {operational, resource, "/properties/serverCallId", "abc"},
      {operational, resource, "/properties/subOperationName", "Voice"},
      {operational, resource, "/properties/more", 1},
      {operational, resource, "/more", 1},
      {operational, Shape::kPortal, "/TimeGenerated [UTC]",
       "05/25/2023, 5:43:25.746 PM"},
      {operational, Shape::kPortal, "/TimeGenerated [UTC]",
       "5/25/2023, 17:43:25.746 PM"},
      {operational, Shape::kPortal, "/DurationMs", "82 ms"},
      {media, resource, "/operationName", "AnswerCall"},
      {media, resource, "/properties/playInLoop", "true"},
      {media, resource, "/properties/resultCode", 201},
      {media, resource, "/properties/resultSubcode", 8582},
      {media, resource, "/properties/resultMessage", "Fine."},
      {media, Shape::kPortal, "/PlayInLoop", "true"},
      {media, Shape::kPortal, "/ResultCode", "0200"},
      {media, Shape::kTable, "/ResultCode", "200"},
      {media, Shape::kTable, "/_IsBillable", true},
      {media, Shape::kTable, "/_ResourceId", "/SUBSCRIPTIONS/x"},
      {LogType::kUsage, Shape::kTable, "/Quantity", "2.5"},
      {LogType::kUsage, Shape::kPortal, "/Quantity", "2.50"},
      {LogType::kUsage, Shape::kTable, "/UserIdA", "4:12065550100"},
      {LogType::kUsage, Shape::kDocumented, "/Properties/endTime", ""},
  };
  for (const auto& [log, shape, pointer, value] : damages) {
    Json record = MakeRecord(log, shape, 1);
    record[Json::json_pointer(pointer)] = value;
    EXPECT_NE(Offence(SchemaOf(log, shape), record), "")
        << pointer << ' ' << value;
  }
  Json record = MakeRecord(media, resource, 1);
  record.erase("level");
  EXPECT_EQ(Offence(SchemaOf(media, resource), record), "lacks \"level\"");
}

}  // namespace
}  // namespace busyhour::internal
