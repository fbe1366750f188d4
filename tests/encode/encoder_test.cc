#include "encode/encoder.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "encode/put.h"
#include "encode/reference.h"
#include "encode/sample.h"
#include "encode/shape.h"
#include "gtest/gtest.h"

namespace busyhour {
namespace {

using sample::Json;

constexpr char kUntouched = '\x7f';

/// An encoder with one image and a buffer that notices writes beyond its end.
class Desk {
 public:
  Desk(const Vocabulary& words, Shape shape, Frame frame,
       std::span<const LogType> logs = kLogTypes,
       Vectors vectors = Vectors::kBest)
      : encoder_(words, shape, frame, logs, vectors),
        memory_(encoder_.image_layout().stride(), kUntouched),
        image_(memory_.data()) {}

  const Encoder& encoder() const { return encoder_; }
  CallImage& image() { return image_; }

  void Render(const sample::Call& call, std::uint8_t epoch = 0) {
    encoder_.image_layout().Render(call.facts, epoch, call.correlations[epoch],
                                   image_);
  }

  std::string Encode(const sample::Event& event) {
    const std::size_t room = encoder_.max_record_bytes(event.record.log());
    std::vector<char> buffer(room + 256, kUntouched);
    const char* const begin = buffer.data();
    const char* const end =
        encoder_.Encode(event.record, event.ids, image_, buffer.data());
    EXPECT_LE(static_cast<std::size_t>(end - begin), room);
    EXPECT_TRUE(std::all_of(buffer.begin() + static_cast<long>(room),
                            buffer.end(),
                            [](char c) { return c == kUntouched; }));
    return {begin, end};
  }

 private:
  Encoder encoder_;
  std::vector<char> memory_;
  CallImage image_;
};

// The row without what its frame puts before and after it.
std::string Bare(std::string row, Frame frame) {
  const FrameInfo& info = Info(frame);
  EXPECT_TRUE(row.starts_with(info.separator));
  EXPECT_TRUE(row.ends_with(info.terminator));
  row.erase(0, info.separator.size());
  row.resize(row.size() - info.terminator.size());
  return row;
}

// The members' values in order, those of an object inside in its place.
std::vector<Json> ValuesOf(const Json& object) {
  std::vector<Json> values;
  for (const Json& value : object) {
    if (value.is_object()) {
      values.insert(values.end(), value.begin(), value.end());
    } else {
      values.push_back(value);
    }
  }
  return values;
}

// A row of CSV as it must be: values as text, quoted where they hold a space,
// comma, dot or quote.
std::string CsvRow(const Json& object) {
  std::string row;
  for (const Json& value : object) {
    std::string text = value.is_string() ? value.get<std::string>()
                       : value.is_number_float()
                           ? sample::QuantityText(static_cast<std::uint32_t>(
                                 value.get<double>() * 60'000 + 0.5))
                           : value.dump();
    if (text.find_first_of(" ,.\"") != std::string::npos) {
      text = '"' + text + '"';
    }
    row += (row.empty() ? "" : ",") + text;
  }
  return row;
}

struct Case {
  Shape shape;
  Frame frame;
  LogType log;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const FrameInfo& frame : Frames()) {
    for (const Shape shape : kShapes) {
      if (!Objection(frame.frame, shape, 1).empty()) continue;
      for (const LogType log : kLogTypes) {
        cases.push_back({shape, frame.frame, log});
      }
    }
  }
  return cases;
}

class EncoderTest : public testing::TestWithParam<Case> {
 protected:
  static constexpr int kEvents = 400;
  const Vocabulary words_ = sample::MakeVocabulary();
  std::mt19937_64 random_{7};
};

// For all records: reading what was written gives the record back, its fields
// in order and of the right type; nothing is touched beyond the room asked for.
TEST_P(EncoderTest, WritesWhatTheReferenceSays) {
  const auto [shape, frame, log] = GetParam();
  Desk desk(words_, shape, frame);
  for (int i = 0; i < kEvents; ++i) {
    const sample::Call call = sample::MakeCall(random_);
    const sample::Event event = sample::MakeEvent(call, log, words_, random_);
    desk.Render(call);
    const std::string row = Bare(desk.Encode(event), frame);
    const Json expected = sample::Reference(shape, words_, call, event);
    if (frame == Frame::kCsv) {
      ASSERT_EQ(row.substr(0, row.rfind('\n')),
                CsvRow(Json(ValuesOf(expected))));
    } else if (frame == Frame::kQuery) {
      ASSERT_EQ(Json::parse(row), Json(ValuesOf(expected)));
    } else {
      ASSERT_EQ(Json::parse(row), expected) << row;
      // The reference does not always write a real number in its shortest form.
      const bool has_reals = log == LogType::kUsage;
      if (RowStyleOf(frame, shape) == RowStyle::kObject && !has_reals) {
        ASSERT_EQ(row, expected.dump());
      }
    }
  }
}

// For all records: with and without vector code the same bytes.
TEST_P(EncoderTest, VectorsDoNotChangeAByte) {
  const auto [shape, frame, log] = GetParam();
  Desk best(words_, shape, frame);
  Desk plain(words_, shape, frame, kLogTypes, Vectors::kPlain);
  for (int i = 0; i < kEvents; ++i) {
    const sample::Call call = sample::MakeCall(random_);
    const sample::Event event = sample::MakeEvent(call, log, words_, random_);
    best.Render(call);
    plain.Render(call);
    ASSERT_EQ(best.Encode(event), plain.Encode(event));
  }
}

// For all records: an image with the text of one log serves that log as well as
// one with the text of all.
TEST_P(EncoderTest, OtherLogsInTheImageDoNotMatter) {
  const auto [shape, frame, log] = GetParam();
  const LogType only[] = {log};
  Desk alone(words_, shape, frame, only);
  Desk together(words_, shape, frame);
  EXPECT_LE(alone.encoder().image_layout().stride(),
            together.encoder().image_layout().stride());
  for (int i = 0; i < 50; ++i) {
    const sample::Call call = sample::MakeCall(random_);
    const sample::Event event = sample::MakeEvent(call, log, words_, random_);
    alone.Render(call);
    together.Render(call);
    ASSERT_EQ(alone.Encode(event), together.Encode(event));
  }
}

// For all calls: setting another correlation id is the same as rendering with
// it.
TEST_P(EncoderTest, ANewCorrelationIdIsAsGoodAsANewImage) {
  const auto [shape, frame, log] = GetParam();
  Desk patched(words_, shape, frame);
  Desk fresh(words_, shape, frame);
  for (int i = 0; i < 50; ++i) {
    const sample::Call call = sample::MakeCall(random_);
    sample::Event event = sample::MakeEvent(call, log, words_, random_);
    event.record.correlation_epoch = 1;
    patched.Render(call, 0);
    patched.image().SetCorrelation(1, call.correlations[1]);
    fresh.Render(call, 1);
    EXPECT_EQ(patched.image().epoch(), 1);
    EXPECT_EQ(patched.image().connected(), call.facts.connected);
    ASSERT_EQ(patched.Encode(event), fresh.Encode(event));
    if (frame == Frame::kJsonl) {
      ASSERT_EQ(Json::parse(patched.Encode(event)),
                sample::Reference(shape, words_, call, event));
    }
  }
}

// The longest values that may occur fit into the room asked for.
TEST_P(EncoderTest, TheLongestRecordFits) {
  const auto [shape, frame, log] = GetParam();
  Vocabulary words = words_;
  words.call_texts = {18, 7, 12, 264};
  Desk desk(words, shape, frame);
  sample::Call call = sample::MakeCall(random_);
  call.facts.api_version = "2024-09-01-preview";
  call.facts.sdk_type = "unknown";
  call.facts.sdk_version = "1.4.0-beta.1";
  call.facts.caller_ip = 0xffffffff;
  call.facts.connected = true;
  call.facts.server_call_id_bytes = 264;
  desk.Render(call);
  const auto words_of = [&words, log = log](Selector selector) {
    return static_cast<std::uint8_t>(words.Count(selector, log));
  };
  sample::Event event = sample::MakeEvent(call, log, words, random_);
  event.record.duration_ms = ~std::uint32_t{0};
  event.record.begin_ms = 0;
  event.ids.phone_number = 999'999'999'999'999;
  std::size_t longest = 0;
  for (std::uint8_t operation = 0; operation < words_of(Selector::kOperation);
       ++operation) {
    for (std::uint8_t result = 0; result < words_of(Selector::kResult);
         ++result) {
      event.record.operation = operation;
      event.record.result = result;
      event.record.sub_operation = 2;
      event.record.flags = 0;
      longest = std::max(longest, desk.Encode(event).size());
    }
  }
  // Room is not wasted either: a value's worst case, and the slack.
  EXPECT_GE(longest + kSlackBytes + 64, desk.encoder().max_record_bytes(log));
}

INSTANTIATE_TEST_SUITE_P(
    All, EncoderTest, testing::ValuesIn(Cases()), [](const auto& instance) {
      std::string name = std::string(Info(instance.param.log).name) + '_' +
                         std::string(Info(instance.param.shape).name) + '_' +
                         std::string(Info(instance.param.frame).name);
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(EncoderIdTest, ZeroIsNoId) {
  const Vocabulary words = sample::MakeVocabulary();
  std::mt19937_64 random(1);
  Desk desk(words, Shape::kResourceLog, Frame::kJsonl);
  const sample::Call call = sample::MakeCall(random);
  sample::Event event =
      sample::MakeEvent(call, LogType::kOperational, words, random);
  event.ids.id = Guid{};
  desk.Render(call);
  EXPECT_EQ(Json::parse(desk.Encode(event))["properties"]["operationId"], "");
}

// What is billed is rounded up; when the participant left is not.
TEST(EncoderQuantityTest, IsRoundedUpToTheGranularity) {
  Vocabulary words = sample::MakeVocabulary();
  words.usage_granularity_ms = 60'000;
  std::mt19937_64 random(1);
  Desk desk(words, Shape::kTable, Frame::kJsonl);
  const sample::Call call = sample::MakeCall(random);
  sample::Event event = sample::MakeEvent(call, LogType::kUsage, words, random);
  desk.Render(call);
  for (const auto& [ms, minutes] :
       {std::pair{0u, 0}, {1u, 1}, {60'000u, 1}, {60'001u, 2}}) {
    event.record.duration_ms = ms;
    const Json record = Json::parse(desk.Encode(event));
    EXPECT_EQ(record["Quantity"], minutes);
    EXPECT_EQ(record["EndTime"],
              sample::TimeText(event.record.At(event.record.begin_ms + ms),
                               Shape::kTable));
  }
}

TEST(EncoderSizeTest, TheRoomForAnyLogIsThatOfTheLargest) {
  const Vocabulary words = sample::MakeVocabulary();
  const Encoder encoder(words, Shape::kTable, Frame::kJsonl, kLogTypes);
  std::size_t largest = 0;
  for (const LogType log : kLogTypes) {
    largest = std::max(largest, encoder.max_record_bytes(log));
  }
  EXPECT_EQ(encoder.max_record_bytes(), largest);
  EXPECT_EQ(encoder.image_layout().stride() % kCacheLine, 0u);
}

// The size that ingestion bills does not depend on how a row is laid out.
TEST(EncoderSizeTest, BilledSizeIsTheSameInEveryFrame) {
  const Vocabulary words = sample::MakeVocabulary();
  std::mt19937_64 random(3);
  Desk jsonl(words, Shape::kTable, Frame::kJsonl);
  Desk csv(words, Shape::kTable, Frame::kCsv);
  for (int i = 0; i < 300; ++i) {
    const sample::Call call = sample::MakeCall(random);
    const sample::Event event =
        sample::MakeEvent(call, kLogTypes[i % 3u], words, random);
    jsonl.Render(call);
    csv.Render(call);
    const Json object = Json::parse(jsonl.Encode(event));
    const std::string row = csv.Encode(event);
    ASSERT_TRUE(row.ends_with(
        ',' + std::to_string(object["_BilledSize"].get<int>()) + ",true\n"))
        << row << object;
  }
}

}  // namespace
}  // namespace busyhour
