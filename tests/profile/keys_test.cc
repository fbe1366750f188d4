#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/test_files.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/regions.h"
#include "problem_lines.h"
#include "profile/profile_keys.h"
#include "text/json.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

using testing::HasSubstr;

const char kPagePath[] = BUSYHOUR_SOURCE_DIR "/docs/profile.md";

bool IsWords(const std::string& default_text) {
  return default_text == "required" ||
         (default_text.find(' ') != std::string::npos &&
          std::string("{[\"").find(default_text[0]) == std::string::npos);
}

std::string Code(const std::string& text) {
  return text.empty() ? "" : '`' + text + '`';
}

// A row of a table in docs/profile.md. `name` is the key below its section.
std::string Row(const std::string& name, const KeyInfo& key) {
  return "| `" + name + "` | " + key.type + " | " + key.range + " | " +
         (IsWords(key.default_) ? key.default_ : Code(key.default_)) + " | " +
         (key.only_in.empty() ? "" : '*' + key.only_in + ":* ") + key.meaning +
         " | " + key.source + " |\n";
}

constexpr std::string_view kHead =
    "| key | type | range | default | meaning | source |\n"
    "| --- | --- | --- | --- | --- | --- |\n";
constexpr std::string_view kMark = "<!-- keys of ";

// The page with generated tables: a table follows each mark, up to the next
// empty line. Keys without a table are added to `rest`.
std::string WithTables(const std::string& page, std::vector<KeyInfo>& rest) {
  std::vector<std::string> sections;
  for (std::size_t at = page.find(kMark); at != std::string::npos;
       at = page.find(kMark, at + 1)) {
    const std::size_t start = at + kMark.size();
    sections.push_back(page.substr(start, page.find(" -->", start) - start));
  }
  // Each key belongs to the most specific section.
  std::map<std::string, std::string> tables;
  for (const KeyInfo& key : ProfileKeys()) {
    const std::string* nearest = nullptr;
    for (const std::string& section : sections) {
      const std::string prefix = section == "/" ? section : section + '/';
      if (key.pointer.starts_with(prefix) &&
          (nearest == nullptr || section.size() > nearest->size())) {
        nearest = &section;
      }
    }
    if (nearest == nullptr) {
      rest.push_back(key);
      continue;
    }
    const std::size_t skipped = *nearest == "/" ? 1 : nearest->size() + 1;
    tables[*nearest] += Row(key.pointer.substr(skipped), key);
  }

  std::string result;
  std::size_t done = 0;
  for (const std::string& section : sections) {
    const std::string mark = std::string(kMark) + section + " -->\n";
    const std::size_t start = page.find(mark) + mark.size();
    result += page.substr(done, start - done);
    result += std::string(kHead) + tables[section];
    done = page.find("\n\n", start - 1) + 1;
  }
  return result + page.substr(done);
}

// For all keys of a profile: docs/profile.md has a row for it, and no other
// rows.
//
// If BUSYHOUR_WRITE_DOCS is set, updates the page instead.
TEST(KeysTest, ThePageSaysWhatTheParserDoes) {
  const std::string page = ContentOf(kPagePath);
  ASSERT_NE(page, "") << kPagePath;
  std::vector<KeyInfo> rest;
  const std::string right = WithTables(page, rest);
  for (const KeyInfo& key : rest) {
    ADD_FAILURE() << key.pointer << " belongs to no table of the page";
  }
  if (std::getenv("BUSYHOUR_WRITE_DOCS") != nullptr) {
    std::ofstream(kPagePath, std::ios::binary) << right;
    GTEST_SUCCEED() << "the page has been written";
    return;
  }
  std::istringstream is_lines(page);
  std::istringstream right_lines(right);
  std::string is;
  std::string line;
  while (std::getline(right_lines, line)) {
    ASSERT_TRUE(std::getline(is_lines, is)) << "the page ends before " << line;
    ASSERT_EQ(is, line) << "run this test with BUSYHOUR_WRITE_DOCS=1";
  }
  EXPECT_FALSE(std::getline(is_lines, is)) << "the page goes on with " << is;
}

TEST(KeysTest, ThePageNamesEveryOperationOutcomeBehaviourAndRegion) {
  const std::string page = ContentOf(kPagePath);
  for (const OperationInfo& info : Operations()) {
    EXPECT_THAT(page, HasSubstr(Code(std::string(info.name))));
  }
  for (const OutcomeInfo& info : Outcomes()) {
    EXPECT_THAT(page, HasSubstr(Code(std::string(info.name))));
  }
  for (std::size_t i = 0; i < kBehaviourCount; ++i) {
    for (const Activity activity :
         {Activity::kPlay, Activity::kRecognize, Activity::kInstant}) {
      EXPECT_THAT(page, HasSubstr(Code(std::string(BehaviourName(
                            static_cast<Behaviour>(i), activity)))));
    }
  }
  for (const RegionInfo& info : Regions()) {
    EXPECT_THAT(page, HasSubstr(Code(std::string(info.name))));
  }
}

// Every example on the page is a valid profile, or a valid part of one.
TEST(KeysTest, TheExamplesOfThePageLoad) {
  const std::string page = ContentOf(kPagePath);
  const std::string fence = "```jsonc\n";
  int count = 0;
  for (std::size_t at = page.find(fence); at != std::string::npos;
       at = page.find(fence, at + 1)) {
    const std::size_t start = at + fence.size();
    const std::string example =
        page.substr(start, page.find("\n```", start) - start);
    EXPECT_THAT(ProblemLines(example), testing::IsEmpty()) << example;
    ++count;
  }
  EXPECT_GE(count, 2);
}

TEST(KeysTest, EveryKeySaysWhatItMeansAndNumbersSayWhereTheyComeFrom) {
  for (const KeyInfo& key : ProfileKeys()) {
    EXPECT_TRUE(key.meaning.ends_with('.')) << key.pointer;
    EXPECT_NE(key.type, "") << key.pointer;
    const bool is_number = key.type == "number" || key.type == "share" ||
                           key.type == "duration" || key.type == "rate" ||
                           key.type == "whole number" ||
                           key.type == "distribution" || key.type == "weights";
    if (!is_number) continue;
    EXPECT_NE(key.range, "") << key.pointer;
    EXPECT_NE(key.source, "") << key.pointer;
  }
}

// For all keys k whose default d is a value: a profile with k = d equals a
// profile without k.
TEST(KeysTest, TheDefaultsAreWhatAProfileWithoutThemHas) {
  nlohmann::ordered_json said;
  int count = 0;
  for (const KeyInfo& key : ProfileKeys()) {
    const bool is_single = key.pointer.find('*') == std::string::npos;
    if (!is_single || key.default_.empty() || IsWords(key.default_) ||
        key.default_[0] == '`') {
      continue;
    }
    said[nlohmann::ordered_json::json_pointer(key.pointer)] =
        nlohmann::ordered_json::parse(key.default_);
    ++count;
  }
  EXPECT_GT(count, 50);
  std::string extra = said.dump();
  extra = extra.substr(1, extra.size() - 2) + ',';
  ASSERT_THAT(ProblemLines(ProfileWith(extra)), testing::IsEmpty());

  Profile profile = Parse(ProfileWith(extra));
  Profile defaults = Parse(ProfileWith(""));
  class Collector : public KeyVisitor {
   public:
    explicit Collector(std::vector<std::string>& texts) : texts_(texts) {}
    void Visit(const Key& key) override {
      texts_.push_back(std::string(key.name) + " = " + key.value.write());
      if (key.value.members && key.value.members_at.empty()) {
        key.value.members(*this);
      }
    }

   private:
    std::vector<std::string>& texts_;
  };
  std::vector<std::string> is;
  std::vector<std::string> should_be;
  Collector is_collector(is);
  Collector should_be_collector(should_be);
  VisitProfile(profile, is_collector);
  VisitProfile(defaults, should_be_collector);
  EXPECT_EQ(is, should_be);
}

TEST(KeysTest, TheSchemaKnowsEveryKey) {
  const nlohmann::json schema = nlohmann::json::parse(ProfileSchema());
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  for (const KeyInfo& key : ProfileKeys()) {
    const nlohmann::json* place = &schema;
    std::istringstream steps(key.pointer.substr(1));
    std::string step;
    while (std::getline(steps, step, '/')) {
      if (step == "*") {
        const char* inside =
            place->contains("items") ? "items" : "additionalProperties";
        ASSERT_TRUE(place->contains(inside)) << key.pointer;
        place = &(*place)[inside];
      } else {
        EXPECT_EQ((*place)["additionalProperties"], false) << key.pointer;
        ASSERT_TRUE(place->contains("properties")) << key.pointer;
        ASSERT_TRUE((*place)["properties"].contains(step)) << key.pointer;
        place = &(*place)["properties"][step];
      }
    }
    EXPECT_THAT((*place)["description"].get<std::string>(),
                HasSubstr(key.meaning))
        << key.pointer;
  }
}

}  // namespace
}  // namespace busyhour::internal
