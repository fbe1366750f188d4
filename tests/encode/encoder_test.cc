#include "encode/encoder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sanitized.h"
#include "encode/put.h"
#include "encode/reference.h"
#include "encode/sample.h"
#include "encode/shape.h"
#include "encode/spellings.h"
#include "gtest/gtest.h"

namespace busyhour::internal {
namespace {

using sample::Json;

// Text before and after each row: JSON white space.
constexpr const char* kBefore = "\n ";
constexpr const char* kAfter = "\n";
constexpr char kUntouched = '\x7f';

/// An encoder, and a buffer that detects writes beyond its end.
class Desk {
 public:
  Desk(const Vocabulary& words, Shape shape, RowStyle style = RowStyle::kObject,
       LogSet logs = LogSet::All(), Vectors vectors = Vectors::kBest)
      : encoder_(words, shape, {style, kBefore, kAfter}, logs, vectors) {}

  const Encoder& encoder() const { return encoder_; }

  std::string Encode(const sample::Call& call, const sample::Event& event) {
    return Encode(sample::ImageOf(call), event);
  }
  std::string Encode(const CallImage& image, const sample::Event& event) {
    const std::size_t room = encoder_.max_record_bytes(event.record.log());
    std::vector<char> buffer(room + 256, kUntouched);
    const char* const begin = buffer.data();
    const char* const end =
        encoder_.Encode(event.record, event.ids, image, buffer.data());
    EXPECT_LE(static_cast<std::size_t>(end - begin), room);
    EXPECT_TRUE(std::all_of(buffer.begin() + static_cast<long>(room),
                            buffer.end(),
                            [](char c) { return c == kUntouched; }));
    return {begin, end};
  }

 private:
  Encoder encoder_;
};

// The row without the text before and after it.
std::string Bare(const std::string& text) {
  EXPECT_TRUE(text.starts_with(kBefore));
  EXPECT_TRUE(text.ends_with(kAfter));
  return std::string(RowAlone(text, {RowStyle::kObject, kBefore, kAfter}));
}

// The values of the members in order, including those of a nested object.
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
// Of at most fifteen digits.
std::string RealText(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.15G", value);
  return text;
}

// The expected row of CSV: values as text, in quotes if they contain a space,
// comma, dot or quote.
std::string CsvRow(const Json& object) {
  std::string row;
  for (const Json& value : object) {
    std::string text = value.is_string()         ? value.get<std::string>()
                       : value.is_null()         ? ""
                       : value.is_number_float() ? RealText(value.get<double>())
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
  RowStyle style;
  LogType log;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const auto& [shape, style] : sample::AllSpellings()) {
    for (const LogType log : kLogTypes) cases.push_back({shape, style, log});
  }
  return cases;
}

class EncoderTest : public testing::TestWithParam<Case> {
 protected:
  static constexpr int kEvents = Fewer(400);
  const Vocabulary words_ = sample::MakeVocabulary();
  std::mt19937_64 random_{7};
};

// For all records: the parsed output equals the reference, with fields in order
// and of the correct type. No byte is written beyond the maximum size.
TEST_P(EncoderTest, WritesWhatTheReferenceSays) {
  const auto [shape, style, log] = GetParam();
  Desk desk(words_, shape, style);
  for (int i = 0; i < kEvents; ++i) {
    const sample::Call call = sample::MakeCall(random_);
    const sample::Event event = sample::MakeEvent(call, log, words_, random_);
    const std::string row = Bare(desk.Encode(call, event));
    const Json expected = sample::Reference(shape, words_, call, event);
    if (style == RowStyle::kCsv) {
      ASSERT_EQ(row, CsvRow(Json(ValuesOf(expected))));
    } else if (style == RowStyle::kArray) {
      ASSERT_EQ(Json::parse(row), Json(ValuesOf(expected)));
    } else {
      ASSERT_EQ(Json::parse(row), expected) << row;
      // The reference does not always write a real number in its shortest form.
      const auto columns = Columns(log, shape);
      const bool has_reals =
          std::any_of(columns.begin(), columns.end(), [](const auto& column) {
            return column.type == Type::kReal &&
                   column.field->kind != FieldKind::kBilledSize;
          });
      if (style == RowStyle::kObject && !has_reals) {
        ASSERT_EQ(row, expected.dump());
      }
    }
  }
}

// For all records: the output with vector instructions equals the output
// without.
TEST_P(EncoderTest, VectorsDoNotChangeAByte) {
  const auto [shape, style, log] = GetParam();
  Desk best(words_, shape, style, {log});
  Desk plain(words_, shape, style, {log}, Vectors::kPlain);
  for (int i = 0; i < kEvents; ++i) {
    const sample::Call call = sample::MakeCall(random_);
    const sample::Event event = sample::MakeEvent(call, log, words_, random_);
    ASSERT_EQ(best.Encode(call, event), plain.Encode(call, event));
  }
}

// For all calls: replacing the correlation id in an image gives the same bytes
// as a new image.
TEST_P(EncoderTest, ANewCorrelationIdIsAsGoodAsANewImage) {
  const auto [shape, style, log] = GetParam();
  Desk desk(words_, shape, style, {log});
  for (int i = 0; i < Fewer(50); ++i) {
    const sample::Call call = sample::MakeCall(random_);
    sample::Event event = sample::MakeEvent(call, log, words_, random_);
    event.record.correlation_epoch = 1;
    CallImage patched = sample::ImageOf(call, 0);
    patched.SetCorrelation(1, call.correlations[1]);
    EXPECT_EQ(patched.correlation_epoch, 1);
    ASSERT_EQ(desk.Encode(patched, event),
              desk.Encode(sample::ImageOf(call, 1), event));
    if (style == RowStyle::kObject) {
      ASSERT_EQ(Json::parse(desk.Encode(patched, event)),
                sample::Reference(shape, words_, call, event));
    }
  }
}

// A record of the longest possible values fits into the maximum size.
TEST_P(EncoderTest, TheLongestRecordFits) {
  const auto [shape, style, log] = GetParam();
  const Vocabulary& words = words_;
  Desk desk(words, shape, style, {log});
  sample::Call call = sample::MakeCall(random_);
  call.client = 2;  // its texts are the longest
  call.node = 0;
  call.connected = true;
  call.facts.caller_ip = 0xffffffff;
  call.facts.server_call_tail_bytes = 84;
  // The number of texts that a byte selects from; 1 if it selects no text.
  const auto count_at = [&words, log = log](std::size_t at) {
    std::size_t count = 1;
    for (const Field* const field : Fields(log)) {
      if (field->texts != nullptr && field->at == at) {
        count = field->texts(words, log).size();
      }
    }
    return static_cast<std::uint8_t>(count);
  };
  sample::Event event = sample::MakeEvent(call, log, words, random_);
  for (const Field* const field : Fields(log)) {
    if (field->kind == FieldKind::kMilliseconds ||
        field->kind == FieldKind::kFineSeconds ||
        field->kind == FieldKind::kMinutes) {
      event.record.SetWordAt(field->at, ~std::uint32_t{0});
    } else if (field->kind == FieldKind::kOptionalTime) {
      event.record.SetWordAt(field->at, 1);
    } else if (field->kind == FieldKind::kCount) {
      event.record.SetHalfAt(field->at, 0xffff);
    } else if (field->kind == FieldKind::kSeconds) {
      event.record.SetWordAt(field->at,
                             event.record.WordAt(field->at) | (kNoSeconds - 1));
    }
  }
  if (event.ids.id == Guid{}) event.ids.id = sample::MakeGuid(random_);
  event.ids.other = event.ids.id;
  event.ids.phone_number = 0;
  event.ids.user = event.ids.id;
  // Finds the longest text for each byte separately: texts of different bytes
  // are independent.
  std::size_t longest = 0;
  for (std::size_t at = offsetof(Record, payload); at < sizeof(Record); ++at) {
    std::uint8_t best = event.record.ByteAt(at);
    for (std::uint8_t value = 0; value < count_at(at); ++value) {
      if (count_at(at) == 1) break;
      event.record.payload[at - offsetof(Record, payload)] = value;
      const std::size_t bytes = desk.Encode(call, event).size();
      if (bytes >= longest) best = value;
      longest = std::max(longest, bytes);
    }
    event.record.payload[at - offsetof(Record, payload)] = best;
  }
  longest = std::max(longest, desk.Encode(call, event).size());
  // The maximum size is not too large: it exceeds the longest record by at most
  // one value's worst case and the slack.
  EXPECT_GE(longest + kSlackBytes + 96, desk.encoder().max_record_bytes(log));
}

constexpr const char* kStyleNames[] = {"object", "page", "array", "csv"};

INSTANTIATE_TEST_SUITE_P(
    All, EncoderTest, testing::ValuesIn(Cases()), [](const auto& instance) {
      std::string name =
          std::string(Info(instance.param.log).name) + '_' +
          std::string(Info(instance.param.shape).name) + '_' +
          kStyleNames[static_cast<std::size_t>(instance.param.style)];
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(EncoderIdTest, ZeroIsNoId) {
  const Vocabulary words = sample::MakeVocabulary();
  std::mt19937_64 random(1);
  Desk desk(words, Shape::kResourceLog);
  const sample::Call call = sample::MakeCall(random);
  sample::Event event =
      sample::MakeEvent(call, LogType::kOperational, words, random);
  event.ids.id = Guid{};
  EXPECT_EQ(Json::parse(desk.Encode(call, event))["properties"]["operationId"],
            "");
}

// The billed quantity is rounded up; the time when the participant left is not.
TEST(EncoderQuantityTest, IsRoundedUpToTheGranularity) {
  Vocabulary words = sample::MakeVocabulary();
  words.usage_granularity_ms = 60'000;
  std::mt19937_64 random(1);
  Desk desk(words, Shape::kTable);
  const sample::Call call = sample::MakeCall(random);
  sample::Event event = sample::MakeEvent(call, LogType::kUsage, words, random);
  for (const auto& [ms, minutes] :
       {std::pair{0u, 0}, {1u, 1}, {60'000u, 1}, {60'001u, 2}}) {
    auto usage = event.record.As<UsagePayload>();
    usage.connected_ms = ms;
    usage.left_ms = usage.joined_ms + ms;
    event.record.Set(usage);
    const Json record = Json::parse(desk.Encode(call, event));
    EXPECT_EQ(record["Quantity"], minutes);
    EXPECT_EQ(record["EndTime"],
              sample::TimeText(event.record.At(usage.left_ms), Shape::kTable));
  }
}

TEST(EncoderSizeTest, TheRoomForAnyLogIsThatOfTheLargest) {
  const Vocabulary words = sample::MakeVocabulary();
  const Encoder encoder(words, Shape::kTable, {}, LogSet::All());
  std::size_t largest = 0;
  for (const LogType log : kLogTypes) {
    largest = std::max(largest, encoder.max_record_bytes(log));
  }
  EXPECT_EQ(encoder.max_record_bytes(), largest);
}

// The billed size does not depend on the style of the rows.
TEST(EncoderSizeTest, BilledSizeIsTheSameInEveryStyle) {
  const Vocabulary words = sample::MakeVocabulary();
  std::mt19937_64 random(3);
  Desk object(words, Shape::kTable);
  Desk csv(words, Shape::kTable, RowStyle::kCsv);
  for (int i = 0; i < 300; ++i) {
    const sample::Call call = sample::MakeCall(random);
    const sample::Event event =
        sample::MakeEvent(call, kLogTypes[i % 3u], words, random);
    const Json json = Json::parse(object.Encode(call, event));
    const std::string row = csv.Encode(call, event);
    ASSERT_TRUE(row.ends_with(
        ',' + std::to_string(json["_BilledSize"].get<int>()) + ",true\n"))
        << row << json;
  }
}

}  // namespace
}  // namespace busyhour::internal
