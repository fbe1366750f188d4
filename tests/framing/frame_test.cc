#include "framing/frame.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "encode/shape.h"
#include "framing/frame_text.h"
#include "framing/made_records.h"
#include "framing/message_writer.h"

namespace busyhour::internal {
namespace {

TEST(FrameTest, NamesAreFoundAndDefaultsFit) {
  std::set<std::string_view> names;
  for (const FrameInfo& info : Frames()) {
    EXPECT_EQ(FindFrame(info.name), info.frame);
    EXPECT_EQ(&Info(info.frame), &info);
    EXPECT_EQ(ReasonAgainst(info.frame, info.default_shape), "") << info.name;
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
  }
  EXPECT_EQ(FindFrame("json"), std::nullopt);
}

TEST(FrameTest, ReasonsSayWhatIsWrong) {
  for (const Shape shape : kShapes) {
    for (const Frame frame : {Frame::kJsonl, Frame::kArray, Frame::kEventHub,
                              Frame::kElastic, Frame::kOtlp}) {
      EXPECT_EQ(ReasonAgainstFile(frame, shape, 3), "");
    }
  }
  EXPECT_EQ(ReasonAgainstFile(Frame::kCsv, Shape::kPortal, 1), "");
  EXPECT_EQ(ReasonAgainstFile(Frame::kCsv, Shape::kTable, 1), "");
  EXPECT_EQ(ReasonAgainstFile(Frame::kQuery, Shape::kTable, 1), "");
  EXPECT_EQ(ReasonAgainst(Frame::kCsv, Shape::kResourceLog),
            "frame csv requires shape portal, table or table-arrival, not "
            "resource-log");
  EXPECT_EQ(ReasonAgainst(Frame::kQuery, Shape::kPortal),
            "frame query requires shape table or table-arrival, not portal");
  EXPECT_EQ(ReasonAgainstFile(Frame::kCsv, Shape::kPortal, 2),
            "frame csv holds one log in a file; choose one log, or write to a "
            "directory");
  EXPECT_NE(ReasonAgainstFile(Frame::kQuery, Shape::kTable, 3), "");
  EXPECT_NE(ReasonAgainstFile(Frame::kLoki, Shape::kTable, 3), "");
  EXPECT_EQ(
      ReasonAgainstFile(Frame::kRecord, Shape::kTable, 1),
      "frame record is for receivers: in a file, the ends of records would "
      "not be visible");
}

// LZ4 blocks are made of prepared texts, and cannot be split.
TEST(FrameTest, BlocksHoldPlainRowsOnly) {
  for (const FrameInfo& info : Frames()) {
    if (info.is_columnar) continue;
    for (const CompressionInfo& compression : kCompressions) {
      if (compression.compression == Compression::kSnappy) continue;
      const bool goes_with = (!info.has_messages && info.wrap == nullptr) ||
                             compression.compression != Compression::kLz4;
      EXPECT_EQ(ReasonAgainst(info.frame, compression.compression).empty(),
                goes_with)
          << info.name << ' ' << compression.name;
    }
  }
}

TEST(FrameTest, NamesAreListed) {
  EXPECT_EQ(
      FrameNames([](const FrameInfo& info) { return info.holds_one_log(); }),
      "csv or query");
}

// For all frames and shapes: the text around records in files and for receivers
// differs in line ends only.
TEST(FrameTextTest, FilesDifferByLineEndsOnly) {
  const auto without_ends = [](std::string_view text) {
    std::string kept(text);
    std::erase(kept, '\n');
    return kept;
  };
  for (const FrameInfo& info : Frames()) {
    for (const Shape shape : kShapes) {
      if (!ReasonAgainst(info.frame, shape).empty()) continue;
      const FrameText file(info.frame, shape);
      MessageWriter alone(info.frame, shape, false, Quickstart().worlds);
      std::string message;
      for (const LogType log : kLogTypes) {
        message.clear();
        alone.Begin();
        const std::size_t first =
            alone.Add(RecordOf(log), "{}", std::nullopt, message);
        EXPECT_EQ(without_ends(file.Begin(log)),
                  without_ends(message.substr(0, first)));
        const std::size_t end = message.size();
        const std::size_t second =
            alone.Add(RecordOf(log), "{}", std::nullopt, message);
        EXPECT_EQ(without_ends(file.Join()), message.substr(end, second - end));
      }
      message.clear();
      alone.End(message);
      EXPECT_EQ(without_ends(file.End()), message);
      EXPECT_EQ(without_ends(file.EndOfNothing()), message);
      // The encoder writes the text between rows, so the framer must not write
      // it.
      EXPECT_EQ(RowsOfFile(info.frame, shape).before, file.Join());
    }
  }
}

}  // namespace
}  // namespace busyhour::internal
