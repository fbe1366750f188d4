#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/sanitized.h"
#include "base/test_files.h"
#include "dataset/manifest_json.h"
#include "dataset/manifest_reader.h"
#include "engine/run_job.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

class ManifestTest : public testing::Test {
 protected:
  ManifestTest() : runs_(ShippedProfile("quickstart")) {
    job_ = runs_.JobOf(Extent::Kind::kCalls, 50);
  }
  // The manifest of an interrupted run with some records in two files.
  Manifest Interrupted() const {
    Manifest manifest;
    manifest.profile = &runs_.plan.profile();
    manifest.job = job_;
    manifest.job.logs = {LogType::kOperational, LogType::kUsage};
    for (const LogType log : {LogType::kOperational, LogType::kUsage}) {
      const std::string category(Info(log).category);
      manifest.files.push_back(
          {category + ".jsonl", category, 3, 2000, "00", true});
      StreamPoint& point = manifest.streams.emplace_back();
      point.file.number = 1;
      point.open = true;
      point.records = point.file_records = 3;
      point.bytes[static_cast<std::size_t>(log)] = 2000;
      point.file_bytes = point.file_text = point.written_text = 2000;
      point.framing.begun = true;
    }
    return manifest;
  }
  Manifest Sent() const {
    Manifest manifest;
    manifest.profile = &runs_.plan.profile();
    manifest.job = job_;
    manifest.complete = true;
    Deliveries& deliveries = manifest.deliveries.emplace_back();
    deliveries.target = "null:";
    deliveries.planned = manifest.tally.records = {{10, 10, 10}};
    deliveries.failed[0] = {{2, 3}, {7, 1}};
    return manifest;
  }

  // The problems in a manifest after `change`, with a new fingerprint.
  std::string Said(const Manifest& manifest,
                   const std::function<void(Json&)>& change) const {
    Json json = Json::parse(manifest.Text());
    change(json);
    json[kManifestFingerprint] = ContentFingerprint(json);
    const std::string path = scratch_.Path("manifest.json");
    std::ofstream(path) << json.dump();
    std::vector<Problem> problems;
    const bool was_read = ReadManifest(path, problems).has_value();
    EXPECT_EQ(was_read, problems.empty());
    std::string said;
    for (const Problem& problem : problems) {
      said += problem.pointer + "  " + problem.message + '\n';
    }
    return said;
  }

  Runs runs_;
  Job job_;
  Scratch scratch_;
};

TEST_F(ManifestTest, IsReadAsItWasWritten) {
  EXPECT_EQ(Said(Interrupted(), [](Json&) {}), "");
  EXPECT_EQ(Said(Sent(), [](Json&) {}), "");
}

TEST_F(ManifestTest, AChangeIsSeenAndALayoutIsNot) {
  const std::string path = scratch_.Path("manifest.json");
  const std::string text = Interrupted().Text();
  std::vector<Problem> problems;
  std::ofstream(path) << Json::parse(text).dump(7);
  EXPECT_TRUE(ReadManifest(path, problems));
  std::string changed = text;
  changed.replace(changed.find("\"seed\": 1"), 9, "\"seed\": 2");
  std::ofstream(path) << changed;
  EXPECT_FALSE(ReadManifest(path, problems));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].message,
            "has been edited: its content does not match its xxh3_128");
}

// For all values in a manifest: replacing one by a value of a different type is
// a problem.
TEST_F(ManifestTest, NoValueAnywhereIsTakenForAnother) {
  const std::vector<Json> values = {nullptr,
                                    true,
                                    -1,
                                    1.5,
                                    1e300,
                                    ~std::uint64_t{0},
                                    "x",
                                    "",
                                    Json::array(),
                                    Json::object(),
                                    Json::array({1, 2, 3}),
                                    Json::object({{"x", 1}})};
  CaseFilter filter;
  for (const Manifest& manifest : {Interrupted(), Sent()}) {
    const Json flat = Json::parse(manifest.Text()).flatten();
    for (const auto& item : flat.items()) {
      const std::string& pointer = item.key();
      const Json& old = item.value();
      if (pointer == "/busyhour" || pointer == "/profile" ||
          pointer == "/xxh3_128" || pointer == "/deliveries/to" ||
          old.is_null()) {
        continue;
      }
      for (const Json& value : values) {
        if (!filter.Selects()) continue;
        const bool fits =
            value.type() == old.type() ||
            (value.is_number_unsigned() && old.is_number_integer());
        const std::string said = Said(manifest, [&](Json& json) {
          json[Json::json_pointer(pointer)] = value;
        });
        if (!fits) {
          EXPECT_NE(said, "") << pointer << ' ' << value;
        }
      }
    }
  }
}

TEST_F(ManifestTest, NumbersOfResumeMustBePossible) {
  for (const char* const change :
       {R"({"file":0})", R"({"file":2})", R"({"hour":5})", R"({"hour":-2})",
        R"({"open":false})", R"({"records":2})", R"({"records":4})",
        R"({"bytes":[1,1,0]})", R"({"bytes":[0,0,0]})", R"({"file_records":4})",
        R"({"file_bytes":2001})", R"({"file_text":2001})",
        R"({"written_text":1})", R"({"written_text":2001})",
        R"({"begun":false})", R"({"message_bytes":1})"}) {
    const std::string said = Said(Interrupted(), [&](Json& json) {
      json["resume"][0].update(Json::parse(change));
    });
    EXPECT_NE(said.find("/resume/0/"), std::string::npos) << change;
  }
}

TEST_F(ManifestTest, RangesMustBePlannedAndInOrder) {
  for (const char* const ranges :
       {"[[9,2]]", "[[11,0]]", "[[3,2],[4,1]]", "[[18446744073709551615,2]]",
        "[[1]]", "[[-1,1]]", "[5]"}) {
    const std::string said = Said(Sent(), [&](Json& json) {
      json["deliveries"]["logs"]["operational"]["failed"] = Json::parse(ranges);
    });
    EXPECT_NE(said.find("/deliveries/logs/operational/failed"),
              std::string::npos)
        << ranges << said;
  }
}

TEST_F(ManifestTest, WhatIsSaidTwiceMustAgree) {
  Manifest made;
  made.profile = &runs_.plan.profile();
  made.job = job_;
  made.complete = true;
  made.tally.calls = 50;
  made.tally.records = {{3, 4, 5}};
  for (const LogInfo& log : Logs()) {
    const std::string category(log.category);
    made.files.push_back({category + ".jsonl", category,
                          made.tally.records[log.log], 2000, "00", false});
  }
  EXPECT_EQ(Said(made, [](Json&) {}), "");
  EXPECT_NE(Said(made, [](Json& json) { json["files"][1]["records"] = 3; }),
            "");
  EXPECT_NE(Said(made, [](Json& json) { json["files"].erase(2); }), "");
  EXPECT_NE(Said(made, [](Json& json) { json["files"][2]["category"] = "x"; }),
            "");
  EXPECT_NE(Said(made, [](Json& json) { json["counts"]["calls"] = 49; }), "");
  EXPECT_NE(Said(Sent(),
                 [](Json& json) {
                   json["deliveries"]["logs"]["usage"]["planned"] = 11;
                 }),
            "");
}

TEST_F(ManifestTest, PartsThatDoNotGoTogetherAreRefused) {
  EXPECT_NE(Said(Interrupted(), [](Json& json) { json.erase("seed"); }), "");
  EXPECT_NE(Said(Interrupted(),
                 [](Json& json) {
                   json["logs"] = Json::array({"usage", "usage"});
                 }),
            "");
  EXPECT_NE(Said(Interrupted(), [](Json& json) { json["state"] = "running"; }),
            "");
  EXPECT_NE(Said(Interrupted(), [](Json& json) { json["state"] = "complete"; }),
            "");
  EXPECT_NE(Said(Interrupted(), [](Json& json) { json.erase("format"); }), "");
  EXPECT_NE(Said(Interrupted(), [](Json& json) { json.erase("counts"); }), "");
  EXPECT_NE(Said(Interrupted(),
                 [](Json& json) { json["logs"] = Json::array({"usage"}); }),
            "");
  EXPECT_NE(Said(Interrupted(),
                 [](Json& json) { json["files"][0]["name"] = "a/../../b"; }),
            "");
  EXPECT_NE(Said(Sent(),
                 [&](Json& json) {
                   json["files"] = Json::parse(Interrupted().Text())["files"];
                 }),
            "");
}

}  // namespace
}  // namespace busyhour::internal
