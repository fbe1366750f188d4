#include "busyhour/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "busyhour/error.h"
#include "busyhour/write.h"

namespace busyhour {
namespace {

using ::testing::HasSubstr;

// The lines of a job with one record a line.
std::string LinesOf(const Job& job, int threads) {
  std::string text;
  Records records(job, threads);
  while (const std::optional<Record> record = records.Next()) {
    text += record->Text() + '\n';
  }
  return text;
}

TEST(RecordsTest, ComeInTheOrderOfTheWrittenJob) {
  const std::pair<const char*, const char*> cases[] = {
      {"contact-center", "all"}, {"multi-tenant", "operational"}};
  for (const auto& [profile, logs] : cases) {
    const Job job({.profile = Profile(profile), .calls = 150, .logs = logs});
    const std::string expected = WriteText(job);
    EXPECT_TRUE(LinesOf(job, 1) == expected) << profile;
    EXPECT_TRUE(LinesOf(job, 3) == expected) << profile;
  }
}

TEST(RecordsTest, HaveTheFaultsOfDelivery) {
  const Job job({.calls = 300,
                 .logs = "operational",
                 .fault = {"duplicate=10%", "drop=10%"}});
  EXPECT_TRUE(LinesOf(job, 1) == WriteText(job));
  std::size_t copies = 0;
  for (const Record& record : Records(job)) copies += record.is_copy();
  EXPECT_GT(copies, 0u);
}

TEST(RecordsTest, ATimeThatEndsTooSoonIsAnError) {
  Records records(Job({.start = "2499-12-31T23:59:00Z", .calls = 100'000}));
  EXPECT_THROW(while (records.Next()){}, InputError);
}

bool IsSame(const Value& value, const nlohmann::json& json) {
  struct Visitor {
    const nlohmann::json& json;
    bool operator()(std::monostate) const {
      return json.is_null() || json == "";
    }
    bool operator()(const std::string& text) const { return json == text; }
    bool operator()(std::int64_t number) const { return json == number; }
    bool operator()(double number) const {
      return json.is_number() && json.get<double>() == number;
    }
    bool operator()(bool value) const { return json == value; }
    bool operator()(Time time) const {
      const auto written = internal::ParseTime(json.get<std::string>());
      return written && written->ms == time.time_since_epoch().count();
    }
  };
  return std::visit(Visitor{json}, value);
}

// For all logs and fields: value == the value in the record's text.
TEST(RecordTest, ValuesEqualThoseOfTheText) {
  const Job job({.profile = Profile("conference"), .calls = 20, .logs = "all"});
  std::size_t values = 0;
  for (const Record& record : Records(job)) {
    const auto json = nlohmann::json::parse(record.Text("table"));
    for (const std::string_view name : record.fields()) {
      ++values;
      const auto at = json.find(std::string(name));
      const nlohmann::json written = at == json.end() ? nlohmann::json() : *at;
      EXPECT_TRUE(IsSame(record[name], written))
          << NameOf(record.log()) << ' ' << name << ' ' << written;
    }
  }
  EXPECT_GT(values, 1000u);
}

TEST(RecordTest, NamesTheNearestField) {
  const Record record = *Records(Job({.logs = "usage"})).Next();
  try {
    (void)record["Quantty"];
    FAIL() << "did not refuse";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean \"Quantity\"?"));
  }
  EXPECT_THROW(record.Text("tabel"), InputError);
}

TEST(RecordTest, KeepsItsJob) {
  const Record record = *Records(Job({.logs = "operational"})).Next();
  EXPECT_EQ(record.log(), LogType::kOperational);
  EXPECT_LE(record.time(), record.delivery());
  EXPECT_FALSE(record.Text().empty());
}

}  // namespace
}  // namespace busyhour
