#include "engine/shared_images.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <utility>
#include <vector>

#include "base/stream.h"
#include "engine/run_job.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kCapacity = 64;
constexpr std::size_t kAhead = 16;

// One record of each call, by number.
Record RecordOf(std::uint64_t number) {
  Record record;
  record.key = RecordKey(
      {1'772'438'400 + number, static_cast<std::uint32_t>(number % 3)},
      LogType::kOperational);
  record.Mark(Record::kConnected);
  record.place = Record::PlaceOf(0, static_cast<std::uint32_t>(number));
  return record;
}

class SharedImagesTest : public testing::Test {
 protected:
  // Simulates the calls of a portion, which begins with `number`.
  void Simulate(std::uint64_t end_of_images) {
    for (; number_ < handed_out_; ++number_) {
      if (number_ < end_of_images) {
        images_.Put(number_, RecordOf(number_), renderer_);
      }
    }
    images_.EndCalls(handed_out_);
  }
  std::uint64_t HandOut(std::uint64_t calls) {
    handed_out_ += calls;
    return images_.BeginCalls(handed_out_);
  }

  const Runs runs_{ShippedProfile("quickstart")};
  SharedImages images_{runs_.worlds, kCapacity, kAhead};
  ImageCache renderer_{runs_.worlds, 1};
  std::uint64_t handed_out_ = 0;
  std::uint64_t number_ = 0;
};

TEST_F(SharedImagesTest, FindsTheImagesOfRecentCalls) {
  for (int portion = 0; portion < 40; ++portion) {
    Simulate(HandOut(5));
    const std::uint32_t newest = images_.BeginRecords();
    for (std::uint64_t age = 1; age <= handed_out_; ++age) {
      const Record record = RecordOf(handed_out_ - age);
      const CallImage* const image = images_.Find(record, newest);
      EXPECT_EQ(image != nullptr, age <= kCapacity - kAhead) << age;
      if (image == nullptr) continue;
      CallImage expected;
      renderer_.Render(record, expected);
      EXPECT_TRUE(ImageCache::IsOf(*image, record, false));
      EXPECT_EQ(std::memcmp(image->correlation, expected.correlation,
                            sizeof expected.correlation),
                0);
    }
    images_.EndRecords();
  }
}

TEST_F(SharedImagesTest, TellsTheCallsOfOneNumberApart) {
  Simulate(HandOut(5));
  const std::uint32_t newest = images_.BeginRecords();
  Record record = RecordOf(4);
  EXPECT_NE(images_.Find(record, newest), nullptr);
  record.correlation_epoch = 1;
  EXPECT_EQ(images_.Find(record, newest), nullptr);
  record = RecordOf(4 + Record::kCallNumbers);
  EXPECT_EQ(images_.Find(record, newest), nullptr);
}

// For all orders in which portions begin and end: what a portion of records
// finds is not written until the portion ends. The calls are handed out long
// before they are simulated, and the records are encoded long afterwards.
TEST_F(SharedImagesTest, WritesNoImageThatAPortionMayRead) {
  struct Reader {
    std::uint32_t newest = 0;
    std::vector<std::pair<std::uint64_t, const CallImage*>> found;
  };
  std::deque<Reader> readers;
  std::uint64_t left_out = 0;
  for (std::uint64_t step = 0; step < 20'000; ++step) {
    const std::uint64_t draw = Draw(7, Purpose::kArrivalCount, step);
    if (draw % 4 == 0 && readers.size() < 4) {
      Reader reader;
      reader.newest = images_.BeginRecords();
      for (std::uint64_t number = number_ - std::min(number_, 2 * kCapacity);
           number < number_; ++number) {
        const CallImage* const image =
            images_.Find(RecordOf(number), reader.newest);
        if (image != nullptr) reader.found.emplace_back(number, image);
      }
      readers.push_back(std::move(reader));
    } else if (draw % 4 == 1 && !readers.empty()) {
      for (const auto& [number, image] : readers.front().found) {
        ASSERT_EQ(images_.Find(RecordOf(number), readers.front().newest), image)
            << step;
      }
      readers.pop_front();
      images_.EndRecords();
    } else {
      const std::uint64_t end = HandOut(1 + draw / 4 % 5);
      left_out += handed_out_ - std::clamp(end, number_, handed_out_);
      Simulate(end);
    }
  }
  EXPECT_GT(left_out, 0u);
  EXPECT_LT(left_out, handed_out_ / 2);
}

}  // namespace
}  // namespace busyhour::internal
