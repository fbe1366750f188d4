#include "text/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/problems.h"

namespace busyhour::internal {
namespace {

using Kind = JsonNode::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kDepth = 8;

struct Reading {
  std::optional<JsonNode> root;
  std::vector<std::string> problems;
};

Reading Read(std::string_view text) {
  ProblemList list(text);
  Reading reading;
  reading.root = ParseJson(text, kDepth, list);
  const JsonNode* root = reading.root ? &*reading.root : nullptr;
  for (const Problem& problem : list.Told("", root)) {
    reading.problems.push_back(problem.Text());
  }
  return reading;
}

TEST(JsonTest, KeepsValuesInOrderWithTheirPlaces) {
  const std::string_view text =
      R"({"b": [1, -2.5e1], "a": "x\ty", "": null, "t": true})";
  const Reading reading = Read(text);
  ASSERT_TRUE(reading.root);
  EXPECT_THAT(reading.problems, IsEmpty());
  const JsonNode& root = *reading.root;
  ASSERT_EQ(root.kind, Kind::kObject);
  ASSERT_EQ(root.children.size(), 4u);

  const JsonNode& list = root.children[0];
  EXPECT_EQ(list.key, "b");
  EXPECT_EQ(list.key_offset, text.find("\"b\""));
  EXPECT_EQ(list.offset, text.find('['));
  ASSERT_EQ(list.children.size(), 2u);
  EXPECT_EQ(list.children[1].number, -25.0);
  EXPECT_EQ(list.children[1].text, "-2.5e1");
  EXPECT_EQ(list.children[1].offset, text.find("-2.5"));

  EXPECT_EQ(root.children[1].text, "x\ty");
  EXPECT_EQ(root.children[2].key, "");
  EXPECT_EQ(root.children[2].kind, Kind::kNull);
  EXPECT_TRUE(root.children[3].boolean);
  EXPECT_EQ(root.Find("a"), &root.children[1]);
  EXPECT_EQ(root.Find("c"), nullptr);
}

TEST(JsonTest, CommentsAndWhatLooksLikeThemInTextsAreToldApart) {
  const Reading reading = Read(
      "// one {\n{\"a\": /* ] \" */ \"// no comment\", // \"b\": 1\r\"c\": "
      "\"/* nor this */\", \"d\": \"\\\\\\\" // nor this\"}");
  ASSERT_TRUE(reading.root);
  ASSERT_EQ(reading.root->children.size(), 3u);
  EXPECT_EQ(reading.root->children[0].text, "// no comment");
  EXPECT_EQ(reading.root->children[1].text, "/* nor this */");
  EXPECT_EQ(reading.root->children[2].text, "\\\" // nor this");
}

TEST(JsonTest, WordsThatAreNoValuesAreReportedAndReadingGoesOn) {
  const Reading reading =
      Read("{\"a\": NaN, \"b\": [1e400, 01], \"c\": nul,\n \"d\": 5}");
  EXPECT_THAT(
      reading.problems,
      ElementsAre(
          ":1:7: /a  NaN is not a JSON value; only finite numbers are",
          ":1:18: /b/0  1e400 is too large or too small for a number",
          ":1:25: /b/1  01 is not a number as JSON writes it, such as 10, "
          "-2.5 or 1e3",
          ":1:35: /c  nul is not a JSON value; did you mean \"null\"?"));
  ASSERT_TRUE(reading.root);
  EXPECT_EQ(reading.root->Find("a")->kind, Kind::kBroken);
  EXPECT_EQ(reading.root->Find("d")->number, 5.0);
}

TEST(JsonTest, ValuesThatCouldNotBeReadGetNoSecondProblem) {
  ProblemList list("[NaN, 1]");
  const std::optional<JsonNode> root = ParseJson("[NaN, 1]", kDepth, list);
  ASSERT_TRUE(root);
  list.Add(root->children[0], "not again");
  list.Add(root->children[1], "for the first time");
  EXPECT_EQ(list.size(), 2u);
}

TEST(JsonTest, OfKeysGivenTwiceTheFirstCounts) {
  const Reading reading = Read("{\"a\": 1,\n \"b\": {\"a\": 2}, \"a\": 3}");
  EXPECT_THAT(reading.problems,
              ElementsAre(":2:17: /a  the key \"a\" is here twice, first at "
                          "1:2"));
  ASSERT_TRUE(reading.root);
  EXPECT_EQ(reading.root->children.size(), 2u);
  EXPECT_EQ(reading.root->Find("a")->number, 1.0);
}

struct Mistake {
  std::string text;
  std::string problem;
};

class JsonMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(JsonMistakeTest, IsSaidInWordsWithItsPlace) {
  const Reading reading = Read(GetParam().text);
  EXPECT_FALSE(reading.root);
  EXPECT_THAT(reading.problems, ElementsAre(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonMistakeTest,
    testing::Values(
        Mistake{"{\"a\": 1,}", ":1:9: unexpected comma before this }"},
        Mistake{"[1,,2]", ":1:4: , is not expected here; expected is a value"},
        Mistake{"{\"a\" 1}",
                ":1:6: 1 is not expected here; expected is a : after the key"},
        Mistake{"{\"a\": 1 \"b\": 2}",
                ":1:9: \"b\" is not expected here; expected is a comma or }"},
        Mistake{"[1 2]",
                ":1:4: 2 is not expected here; expected is a comma or ]"},
        Mistake{
            "{1: 2}",
            ":1:2: 1 is not expected here; expected is a key in double quotes"},
        Mistake{"{\"a\": }",
                ":1:7: } is not expected here; expected is a value"},
        Mistake{"{\"a\": 1]",
                ":1:8: ] is not expected here; expected is a comma or }"},
        Mistake{"]", ":1:1: ] is not expected here; a profile is an object"},
        Mistake{"{} {}",
                ":1:4: { is not expected after the end of the profile"},
        Mistake{"{rate: 1}", ":1:2: the key rate must stand in double quotes"},
        Mistake{"{'a': 1}", ":1:2: texts stand in double quotes"},
        Mistake{"# a\n{}", ":1:1: a comment begins with // or /*"},
        Mistake{"{} / 2", ":1:4: a comment begins with // or /*"},
        Mistake{"{} /* a", ":1:4: this comment has no closing */"},
        Mistake{"{\"a\": \"b",
                ":1:7: this text has no closing quote on its "
                "line"},
        Mistake{"{\"a\": \"b\n\"}",
                ":1:7: this text has no closing quote on its line"},
        Mistake{"{\"a\": \"b\tc\"}",
                ":1:9: the control character \\u0009 must be written as an "
                "escape, such as \\n or \\t"},
        Mistake{"{\"a\": \"\\q\"}",
                ":1:9: this is not an escape; a backslash is written \\\\"},
        Mistake{"{\"a\": \"\\ud800\"}",
                ":1:14: this \\u escape is half of a pair"},
        Mistake{"{\"a\": \"\xc3\xa4\xff\"}", ":1:9: this text is not UTF-8"},
        Mistake{"\xff\xfe{}", ":1:1: this text is not UTF-8"},
        Mistake{"{\"a\": \xc2\xa0 1}", ":1:7: '\\u00a0' is not expected here"},
        Mistake{"{\"a\": [1, {",
                ":1:12: the text ends here, but the { at 1:11 has not been "
                "closed"},
        Mistake{"// nothing\n", ":2:1: there is nothing in this text"},
        Mistake{
            std::string("{\"a\": 1} // \0 {", 15),
            ":1:13: a profile must be UTF-8 without NUL bytes; iconv -t UTF-8 "
            "converts other encodings"}));

TEST(JsonTest, NestingBeyondTheLimitStopsReading) {
  std::string eight = "[[[[[[[[1]]]]]]]]";
  EXPECT_TRUE(Read(eight).root);
  const std::string problem = ":1:9: values are nested more than 8 deep here";
  EXPECT_THAT(Read('[' + eight + ']').problems, ElementsAre(problem));
  EXPECT_THAT(Read(std::string(10'000, '[')).problems, ElementsAre(problem));
}

TEST(JsonTest, TextsOfNothingButMistakesEndSoon) {
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i) text += "NaN,";
  const std::vector<std::string> problems = Read(text).problems;
  ASSERT_EQ(problems.size(), kMaxProblemsTold + 1);
  EXPECT_EQ(problems.back(), "and at least 300 problems more");
}

TEST(JsonTest, FewMistakesTooManyAreCounted) {
  std::string text = "[";
  for (int i = 0; i < 103; ++i) text += "NaN, ";
  const std::vector<std::string> problems = Read(text + "1]").problems;
  ASSERT_EQ(problems.size(), kMaxProblemsTold + 1);
  EXPECT_EQ(problems.back(), "and 3 problems more");
}

TEST(JsonTest, ColumnsCountCharacters) {
  EXPECT_THAT(Read("{\"\xc3\xa4\xe2\x82\xac\": NaN}").problems,
              ElementsAre(":1:8: /\xc3\xa4\xe2\x82\xac  NaN is not a JSON "
                          "value; only finite numbers are"));
}

TEST(JsonTest, PointersAreEscaped) {
  EXPECT_THAT(Read("{\"a/b~c\": [0, {\"\\u001b[31m\": NaN}]}").problems,
              ElementsAre(":1:30: /a~1b~0c/1/\\u001b[31m  NaN is not a JSON "
                          "value; only finite numbers are"));
}

// For all texts s: Printable(s) contains only visible characters.
TEST(JsonTest, NothingInvisibleReachesATerminal) {
  EXPECT_EQ(Printable("a\x1b[31m\x7f\r\n"),
            "a\\u001b[31m\\u007f\\u000d\\u000a");
  EXPECT_EQ(Printable("\xe2\x80\xae\xef\xbb\xbf"), "\\u202e\\ufeff");
  EXPECT_EQ(Printable("\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\x9e"),
            "\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\x9e");
  EXPECT_EQ(Printable("\xc3"), "\\xc3");
  EXPECT_EQ(Printable("abcdef", 3), "abc...");
  EXPECT_EQ(Printable("abc", 3), "abc");
}

}  // namespace
}  // namespace busyhour::internal
