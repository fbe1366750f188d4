#include "busyhour/arrow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "arrow/exported.h"
#include "busyhour/error.h"
#include "busyhour/record.h"

namespace busyhour {
namespace {

// A stream that is released at its end.
class Stream {
 public:
  explicit Stream(const Job& job, LogType log,
                  const ArrowOptions& options = {}) {
    ExportArrow(job, log, &stream_, options);
    EXPECT_EQ(stream_.get_schema(&stream_, &schema_), 0);
  }
  ~Stream() {
    schema_.release(&schema_);
    if (stream_.release != nullptr) stream_.release(&stream_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  ArrowArray Next() {
    ArrowArray batch;
    EXPECT_EQ(stream_.get_next(&stream_, &batch), 0);
    return batch;
  }
  ArrowArrayStream& stream() noexcept { return stream_; }
  const ArrowSchema& schema() const noexcept { return schema_; }

 private:
  ArrowArrayStream stream_;
  ArrowSchema schema_;
};

bool BitAt(const void* bits, std::size_t at) {
  return (static_cast<const std::uint8_t*>(bits)[at / 8] >> at % 8 & 1) != 0;
}

template <class T>
T ValueAt(const void* values, std::size_t at) {
  T value;
  std::memcpy(&value, static_cast<const char*>(values) + at * sizeof value,
              sizeof value);
  return value;
}

std::string TextAt(const ArrowArray& array, std::size_t at) {
  const auto begin = ValueAt<std::int32_t>(array.buffers[1], at);
  const auto end = ValueAt<std::int32_t>(array.buffers[1], at + 1);
  return {static_cast<const char*>(array.buffers[2]) + begin,
          static_cast<std::size_t>(end - begin)};
}

std::string GuidText(const unsigned char* bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

// The value of a row, read by the format alone.
Value ValueIn(const ArrowSchema& schema, const ArrowArray& array,
              std::size_t row) {
  if (array.buffers[0] != nullptr && !BitAt(array.buffers[0], row)) {
    return std::monostate();
  }
  const std::string_view format = schema.format;
  if (schema.dictionary != nullptr) {
    const std::size_t index =
        format == "C" ? ValueAt<std::uint8_t>(array.buffers[1], row)
                      : ValueAt<std::uint32_t>(array.buffers[1], row);
    return ValueIn(*schema.dictionary, *array.dictionary, index);
  }
  if (format == "u") return TextAt(array, row);
  if (format == "b") return BitAt(array.buffers[1], row);
  if (format == "i") {
    return std::int64_t{ValueAt<std::int32_t>(array.buffers[1], row)};
  }
  if (format == "l") return ValueAt<std::int64_t>(array.buffers[1], row);
  if (format == "g") return ValueAt<double>(array.buffers[1], row);
  if (format == "w:16") {
    return GuidText(static_cast<const unsigned char*>(array.buffers[1]) +
                    16 * row);
  }
  EXPECT_EQ(format, "tsm:UTC");
  return Time(
      std::chrono::milliseconds(ValueAt<std::int64_t>(array.buffers[1], row)));
}

// An id that is missing has an empty text in a record.
bool IsSame(const Value& read, const Value& expected) {
  return read == expected ||
         (std::holds_alternative<std::monostate>(read) &&
          expected == Value(std::string())) ||
         (read == Value(std::string()) &&
          std::holds_alternative<std::monostate>(expected));
}

// For all logs, records and fields: the value of the batch == the record's.
TEST(ArrowTest, ValuesEqualThoseOfTheRecords) {
  // The second one has many resources, whose words take time to prepare.
  const std::pair<const char*, const char*> cases[] = {
      {"conference", "all"}, {"multi-tenant", "operational"}};
  for (const auto& [profile, logs] : cases) {
    const Job job({.profile = Profile(profile),
                   .calls = 60,
                   .logs = logs,
                   .shape = "table"});
    for (const LogType log : job.logs()) {
      Stream stream(job, log);
      ArrowArray batch = stream.Next();
      std::size_t row = 0;
      for (const Record& record : Records(job)) {
        if (record.log() != log) continue;
        ASSERT_LT(row, static_cast<std::size_t>(batch.length));
        for (std::int64_t i = 0; i < batch.n_children; ++i) {
          const ArrowSchema& schema = *stream.schema().children[i];
          EXPECT_TRUE(IsSame(ValueIn(schema, *batch.children[i], row),
                             record[schema.name]))
              << NameOf(log) << ' ' << schema.name;
        }
        ++row;
      }
      EXPECT_EQ(row, batch.release == nullptr
                         ? 0u
                         : static_cast<std::size_t>(batch.length));
      if (batch.release != nullptr) batch.release(&batch);
    }
  }
}

TEST(ArrowTest, BatchesOutliveTheStreamOnAnyThread) {
  const Job job({.calls = 40'000, .logs = "operational", .shape = "table"});
  std::vector<ArrowArray> batches;
  std::vector<std::string> first_ids;
  {
    Stream stream(job, LogType::kOperational, {.threads = 2});
    for (;;) {
      ArrowArray batch = stream.Next();
      if (batch.release == nullptr) break;
      first_ids.push_back(GuidText(
          static_cast<const unsigned char*>(batch.children[1]->buffers[1])));
      batches.push_back(batch);
    }
  }
  ASSERT_GT(batches.size(), 2u);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const auto* const ids =
        static_cast<const unsigned char*>(batches[i].children[1]->buffers[1]);
    EXPECT_EQ(GuidText(ids), first_ids[i]);
  }
  std::thread([&] {
    for (ArrowArray& batch : batches) batch.release(&batch);
  }).join();
}

// A consumer may move a column out of its batch.
TEST(ArrowTest, AColumnOutlivesItsBatch) {
  Stream stream(Job({.calls = 10, .logs = "usage", .shape = "table"}),
                LogType::kUsage);
  ArrowArray batch = stream.Next();
  ArrowArray column = std::exchange(*batch.children[0], ArrowArray{});
  batch.release(&batch);
  EXPECT_EQ(batch.release, nullptr);
  EXPECT_EQ(column.length, 20);
  column.release(&column);
}

TEST(ArrowTest, ObjectsOfAShapeAreStructs) {
  Stream stream(Job({.calls = 10, .logs = "operational"}),
                LogType::kOperational);
  bool has_struct = false;
  for (std::int64_t i = 0; i < stream.schema().n_children; ++i) {
    const ArrowSchema& child = *stream.schema().children[i];
    has_struct = has_struct || (std::string_view(child.format) == "+s" &&
                                std::string_view(child.name) == "properties");
  }
  EXPECT_TRUE(has_struct);
}

TEST(ArrowTest, LabelsSayWhichIncidentsTouchedARecord) {
  const Job job({.profile = Profile("speech-service-down"),
                 .duration = "60m",
                 .logs = "media_summary",
                 .shape = "table"});
  Stream stream(job, LogType::kMediaSummary, {.labels = true});
  const std::int64_t label = stream.schema().n_children - 2;
  EXPECT_STREQ(stream.schema().children[label]->name, "Incident");
  EXPECT_STREQ(stream.schema().children[label + 1]->name, "IncidentEffect");
  std::set<Value> incidents;
  std::set<Value> effects;
  for (ArrowArray batch = stream.Next(); batch.release != nullptr;
       batch = stream.Next()) {
    for (std::int64_t row = 0; row < batch.length; ++row) {
      const auto value_in = [&](std::int64_t column) {
        return ValueIn(*stream.schema().children[column],
                       *batch.children[column], static_cast<std::size_t>(row));
      };
      incidents.insert(value_in(label));
      effects.insert(value_in(label + 1));
    }
    batch.release(&batch);
  }
  EXPECT_EQ(incidents,
            (std::set<Value>{std::monostate(), "speech service down"}));
  EXPECT_TRUE(effects.contains("changed"));
  EXPECT_TRUE(effects.contains(std::monostate()));
  EXPECT_FALSE(effects.contains("suppressed"));
}

// What an exception leaves of an export: parts that have children, and are not
// exported themselves.
TEST(ArrowTest, PartsReleaseTheirChildren) {
  struct Parts : internal::ExportedParts<ArrowArray> {
    std::shared_ptr<int> owner;
  };
  const auto owner = std::make_shared<int>();
  {
    auto of_child = std::make_unique<Parts>();
    of_child->owner = owner;
    Parts parts;
    parts.children.push_back(internal::NewExported<ArrowArray>());
    internal::ExportParts(std::move(of_child), parts.children.back().get());
    EXPECT_EQ(owner.use_count(), 2);
  }
  EXPECT_EQ(owner.use_count(), 1);
}

TEST(ArrowTest, RefusesOtherLogsAndShapes) {
  ArrowArrayStream stream;
  try {
    ExportArrow(Job({.calls = 10, .logs = "usage", .shape = "portal"}),
                LogType::kOperational, &stream, {.labels = true});
    FAIL() << "did not refuse";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().size(), 3u);
  }
}

TEST(ArrowTest, AnErrorOfTheJobIsAnErrorOfTheStream) {
  Stream stream(Job({.start = "2499-12-31T23:59:00Z", .calls = 100'000}),
                LogType::kUsage);
  ArrowArray batch;
  ASSERT_EQ(stream.stream().get_next(&stream.stream(), &batch), EINVAL);
  EXPECT_THAT(stream.stream().get_last_error(&stream.stream()),
              ::testing::HasSubstr("extent"));
}

}  // namespace
}  // namespace busyhour
