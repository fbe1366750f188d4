#include "framing/framer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "encode/reference.h"
#include "encode/sample.h"
#include "encode/shape.h"
#include "gtest/gtest.h"

namespace busyhour::internal {
namespace {

using sample::Json;

struct Batch {
  std::string bytes;
  std::vector<std::uint32_t> ends;

  void Add(const std::string& record) {
    bytes += record;
    ends.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
};

std::string Stream(Framer framer, const std::vector<Batch>& batches) {
  std::string stream;
  std::vector<std::string_view> pieces;
  for (const Batch& batch : batches) {
    pieces.clear();
    framer.Add(batch.bytes, batch.ends, pieces);
    for (const std::string_view piece : pieces) stream += piece;
  }
  pieces.clear();
  framer.Finish(pieces);
  for (const std::string_view piece : pieces) stream += piece;
  return stream;
}

// Records of 1 to `longest` bytes, in the format of the encoder for `frame`.
std::vector<std::string> MakeRecords(Frame frame, std::size_t count,
                                     std::size_t longest,
                                     std::mt19937& random) {
  const RowFormat rows = RowsOfFile(frame, Info(frame).default_shape);
  std::vector<std::string> records;
  for (std::size_t i = 0; i < count; ++i) {
    std::string record = rows.before;
    record.append(1 + random() % longest,
                  static_cast<char>('a' + records.size() % 26));
    records.push_back(record + rows.after);
  }
  return records;
}

std::vector<Batch> OneBatch(const std::vector<std::string>& records) {
  std::vector<Batch> batches(1);
  for (const std::string& record : records) batches[0].Add(record);
  return batches;
}

// Splits records into random batches. Some of them are empty.
std::vector<Batch> SplitAtRandom(const std::vector<std::string>& records,
                                 std::mt19937& random) {
  std::vector<Batch> batches(1);
  for (const std::string& record : records) {
    while (random() % 4 == 0) batches.emplace_back();
    batches.back().Add(record);
  }
  return batches;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// For all frames, records and ways to split them into batches: the stream is
// the same.
TEST(FramerTest, TheSplitIntoBatchesDoesNotMatter) {
  std::mt19937 random(1);
  for (const FrameInfo& info : Frames()) {
    for (int i = 0; i < 200; ++i) {
      const auto records = MakeRecords(info.frame, random() % 40, 60, random);
      const Framer framer(info.frame, info.default_shape, LogType::kOperational,
                          100 + random() % 200);
      ASSERT_EQ(Stream(framer, SplitAtRandom(records, random)),
                Stream(framer, OneBatch(records)))
          << info.name;
    }
  }
}

// For all records and limits: a message is no larger than the limit unless it
// contains only one record; the next record would not fit into it; and no
// record is lost.
TEST(FramerTest, MessagesAreCutAsLateAsTheLimitAllows) {
  constexpr std::string_view kBegin = "{\"records\":[";
  constexpr std::string_view kEnd = "]}";
  std::mt19937 random(2);
  for (int i = 0; i < 500; ++i) {
    const std::size_t limit = 20 + random() % 200;
    const auto records =
        MakeRecords(Frame::kEventHub, random() % 60, 80, random);
    const Framer framer(Frame::kEventHub, Shape::kResourceLog,
                        LogType::kOperational, limit);
    const auto messages = Lines(Stream(framer, OneBatch(records)));
    std::string all;
    for (std::size_t k = 0; k < messages.size(); ++k) {
      const std::string& message = messages[k];
      const std::size_t bytes = message.size() + 1;  // with its line end
      ASSERT_TRUE(message.starts_with(kBegin) && message.ends_with(kEnd));
      const std::string inside = message.substr(
          kBegin.size(), message.size() - kBegin.size() - kEnd.size());
      const bool is_single = inside.find(',') == std::string::npos;
      ASSERT_TRUE(bytes <= limit || is_single);
      if (k + 1 < messages.size()) {
        const std::size_t next =
            messages[k + 1].find_first_of(",]", kBegin.size()) - kBegin.size();
        ASSERT_GT(bytes + 1 + next, limit);
      }
      all += ',' + inside;
    }
    std::string expected;
    for (const std::string& record : records) expected += record;
    ASSERT_EQ(all, expected);
  }
}

TEST(FramerTest, AMessageMayBeExactlyAsLargeAsTheLimit) {
  const std::vector<std::string> records = {",aaa", ",bbb", ",c"};
  const auto stream = [&records](std::size_t limit) {
    return Stream(Framer(Frame::kEventHub, Shape::kResourceLog,
                         LogType::kOperational, limit),
                  OneBatch(records));
  };
  EXPECT_EQ(stream(22), "{\"records\":[aaa,bbb]}\n{\"records\":[c]}\n");
  EXPECT_EQ(stream(21), "{\"records\":[aaa]}\n{\"records\":[bbb,c]}\n");
  EXPECT_EQ(stream(24), "{\"records\":[aaa,bbb,c]}\n");
  EXPECT_EQ(stream(1),
            "{\"records\":[aaa]}\n{\"records\":[bbb]}\n{\"records\":[c]}\n");
}

TEST(FramerTest, AnEmptyStreamIsStillWellFormed) {
  const auto stream = [](Frame frame, Shape shape) {
    return Stream(Framer(frame, shape, LogType::kMediaSummary, 1000), {});
  };
  EXPECT_EQ(stream(Frame::kJsonl, Shape::kResourceLog), "");
  EXPECT_EQ(stream(Frame::kEventHub, Shape::kResourceLog), "");
  EXPECT_EQ(stream(Frame::kArray, Shape::kResourceLog), "[\n]\n");
  EXPECT_EQ(stream(Frame::kCsv, Shape::kPortal),
            "\"TimeGenerated [UTC]\",Level,CorrelationId,ResultType,"
            "OperationName,OperationId,PlayInLoop,PlayToParticipant,"
            "PlayInterrupted,RecognizePromptSubOperationName,ResultCode,"
            "ResultSubcode,ResultMessage\n");
  const Json query = Json::parse(stream(Frame::kQuery, Shape::kTable));
  EXPECT_EQ(query["tables"][0]["rows"], Json::array());
}

TEST(FramerTest, PiecesPointIntoTheBatch) {
  const Batch batch = OneBatch({",{}", ",{}"})[0];
  std::vector<std::string_view> pieces;
  Framer framer(Frame::kEventHub, Shape::kResourceLog, LogType::kUsage, 1000);
  framer.Add(batch.bytes, batch.ends, pieces);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[1].data(), batch.bytes.data() + 1);
}

/// A complete stream of encoded records, and the expected JSON objects.
struct Sample {
  std::string stream;
  std::vector<Json> expected;
};

Sample MakeSample(Frame frame, Shape shape, LogType log) {
  const Vocabulary words = sample::MakeVocabulary();
  const Encoder encoder(words, shape, RowsOfFile(frame, shape), LogSet::All());
  std::vector<char> buffer(encoder.max_record_bytes());
  std::mt19937_64 random(3);
  Sample result;
  Batch batch;
  for (int i = 0; i < 30; ++i) {
    const sample::Call call = sample::MakeCall(random);
    const sample::Event event = sample::MakeEvent(call, log, words, random);
    batch.Add(
        {buffer.data(), encoder.Encode(event.record, event.ids,
                                       sample::ImageOf(call), buffer.data())});
    result.expected.push_back(sample::Reference(shape, words, call, event));
  }
  result.stream = Stream(Framer(frame, shape, log, 5000), {batch});
  return result;
}

TEST(FrameTest, JsonlIsOneRecordALine) {
  const Sample sample =
      MakeSample(Frame::kJsonl, Shape::kResourceLog, LogType::kOperational);
  const auto lines = Lines(sample.stream);
  ASSERT_EQ(lines.size(), sample.expected.size());
  EXPECT_EQ(sample.stream.back(), '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(Json::parse(lines[i]), sample.expected[i]);
  }
}

TEST(FrameTest, ArrayIsOneJsonArrayInEveryShape) {
  for (const Shape shape : kShapes) {
    for (const LogType log : kLogTypes) {
      const Sample sample = MakeSample(Frame::kArray, shape, log);
      EXPECT_EQ(Json::parse(sample.stream), Json(sample.expected));
      if (shape != Shape::kPortal) {
        EXPECT_EQ(Lines(sample.stream).size(), sample.expected.size() + 2);
      }
    }
  }
}

TEST(FrameTest, EventHubIsMessagesOfRecords) {
  const Sample sample =
      MakeSample(Frame::kEventHub, Shape::kResourceLog, LogType::kUsage);
  std::vector<Json> records;
  for (const std::string& line : Lines(sample.stream)) {
    EXPECT_LE(line.size() + 1, 5000u);
    const Json message = Json::parse(line);
    ASSERT_EQ(message.begin().key(), "records");
    records.insert(records.end(), message["records"].begin(),
                   message["records"].end());
  }
  EXPECT_EQ(records, sample.expected);
}

TEST(FrameTest, QueryNamesAndTypesItsColumns) {
  const Sample sample =
      MakeSample(Frame::kQuery, Shape::kTable, LogType::kUsage);
  const Json table = Json::parse(sample.stream)["tables"][0];
  EXPECT_EQ(table["name"], "PrimaryResult");
  EXPECT_EQ(table["columns"][0].dump(),
            R"({"name":"TimeGenerated","type":"datetime"})");
  EXPECT_EQ(table["columns"][8].dump(), R"({"name":"Quantity","type":"real"})");
  ASSERT_EQ(table["rows"].size(), sample.expected.size());
  for (std::size_t i = 0; i < sample.expected.size(); ++i) {
    Json row = Json::array();
    for (const Json& value : sample.expected[i]) row.push_back(value);
    EXPECT_EQ(table["rows"][i], row);
    EXPECT_EQ(table["columns"].size(), row.size());
  }
  const Json media = Json::parse(
      MakeSample(Frame::kQuery, Shape::kTable, LogType::kMediaSummary).stream);
  EXPECT_EQ(media["tables"][0]["columns"][6].dump(),
            R"({"name":"PlayInLoop","type":"bool"})");
  EXPECT_EQ(media["tables"][0]["columns"][10].dump(),
            R"({"name":"ResultCode","type":"int"})");
}

TEST(FrameTest, CsvQuotesWhatThePortalQuotes) {
  const Sample sample =
      MakeSample(Frame::kCsv, Shape::kPortal, LogType::kUsage);
  const auto lines = Lines(sample.stream);
  ASSERT_EQ(lines.size(), sample.expected.size() + 1);
  EXPECT_EQ(lines[0],
            "\"TimeGenerated [UTC]\",OperationName,OperationVersion,Category,"
            "CorrelationId,RecordId,UsageType,UnitType,Quantity,"
            "\"StartTime [UTC]\",\"EndTime [UTC]\",ParticipantId,UserIdA,"
            "UserIdB");
  EXPECT_EQ(sample.stream.find('\r'), std::string::npos);
  const Json& first = sample.expected[0];
  EXPECT_TRUE(lines[1].starts_with(
      '"' + first["TimeGenerated [UTC]"].get<std::string>() +
      "\",Usage,\"1.0\",Usage," + first["CorrelationId"].get<std::string>() +
      ','));
}

}  // namespace
}  // namespace busyhour::internal
