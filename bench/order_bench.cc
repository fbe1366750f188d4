// The time to sort records by delivery, by their number per second. The delays
// are those of Azure Monitor, so the records of hundreds of seconds are in
// flight at the same time.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/distribution.h"
#include "base/stream.h"
#include "benchmark/benchmark.h"
#include "engine/calendar.h"
#include "profile/profile.h"
#include "yardstick.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kFirst = 1'772'438'400;

// Records like those of calls: `a_second` in the slot of each second.
class Traffic {
 public:
  explicit Traffic(std::uint32_t a_second)
      : a_second_(a_second), delay_(UsualDelivery()[LogType::kOperational]) {
    // Enough draws to avoid a visible pattern.
    for (std::uint64_t i = 0; i < (1 << 16); ++i) {
      delays_ms_.push_back(static_cast<std::uint32_t>(
          delay_(Draw(StreamKey(1, 2, i), Purpose::kDeliveryDelay))));
    }
  }

  std::uint32_t horizon_ms() const {
    return static_cast<std::uint32_t>(delay_.max()) + 1000;
  }

  // Adds the records of the next slot to `calendar`, and to `all` if given.
  void AddSlot(Calendar& calendar, std::vector<Record>* all = nullptr) {
    Record record;
    for (std::uint32_t i = 0; i < a_second_; ++i) {
      record.key = RecordKey({slot_, i}, LogType::kOperational);
      record.place = Record::PlaceOf(0, number_);
      record.delivery_ms =
          number_ * 37 % 1000 + delays_ms_[number_ * 7 % delays_ms_.size()];
      ++number_;
      calendar.Add(record);
      if (all != nullptr) all->push_back(record);
    }
    ++slot_;
  }

 private:
  std::uint32_t a_second_;
  Distribution delay_;
  std::vector<std::uint32_t> delays_ms_;
  std::uint64_t slot_ = kFirst;
  std::uint32_t number_ = 0;
};

bool OrderIsThatOfASort(std::uint32_t a_second) {
  Traffic traffic(a_second);
  Calendar calendar(kFirst, traffic.horizon_ms());
  std::vector<Record> all;
  std::vector<Record> taken;
  for (int i = 0; i < 60; ++i) {
    traffic.AddSlot(calendar, &all);
    calendar.TakeSecond(taken);
  }
  while (!calendar.empty()) calendar.TakeSecond(taken);
  std::stable_sort(all.begin(), all.end(),
                   [](const Record& a, const Record& b) {
                     return a.delivery() < b.delivery();
                   });
  return std::equal(
      all.begin(), all.end(), taken.begin(), taken.end(),
      [](const Record& a, const Record& b) { return a.place == b.place; });
}

void BM_Calendar(benchmark::State& state) {
  const auto a_second = static_cast<std::uint32_t>(state.range(0));
  if (!OrderIsThatOfASort(a_second)) {
    state.SkipWithError("the order is not that of a stable sort");
    return;
  }
  Traffic traffic(a_second);
  Calendar calendar(kFirst, traffic.horizon_ms());
  std::vector<Record> taken;
  // Until the number of records in flight is constant.
  for (std::uint32_t ms = 0; ms < traffic.horizon_ms(); ms += 1000) {
    traffic.AddSlot(calendar);
    taken.clear();
    calendar.TakeSecond(taken);
  }
  std::uint64_t records = 0;
  for (auto _ : state) {
    traffic.AddSlot(calendar);
    taken.clear();
    calendar.TakeSecond(taken);
    records += taken.size();
    benchmark::DoNotOptimize(taken.data());
  }
  CountRecords(state, records, records * sizeof(Record));
  state.counters["in flight"] = static_cast<double>(calendar.in_flight());
}
BENCHMARK(BM_Calendar)->Arg(20)->Arg(200)->Arg(2'000)->Arg(20'000);

// For comparison: copies records, with the same amount of memory.
void BM_CopyRecords(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<Record> from(count);
  std::vector<Record> to(count);
  for (auto _ : state) {
    std::memcpy(static_cast<void*>(to.data()), from.data(),
                count * sizeof(Record));
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  const auto records = static_cast<std::uint64_t>(state.iterations()) * count;
  CountRecords(state, records, records * sizeof(Record));
}
BENCHMARK(BM_CopyRecords)->Arg(2'000)->Arg(4'000'000);

}  // namespace
}  // namespace busyhour::internal
