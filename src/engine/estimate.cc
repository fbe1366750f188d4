#include "engine/estimate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <deque>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "engine/call_source.h"
#include "engine/image_cache.h"
#include "engine/scribe.h"
#include "faults/faults.h"
#include "scenario/arrivals.h"

namespace busyhour {
namespace {

constexpr std::uint64_t kSampledCalls = 4000;
constexpr std::uint64_t kFewCalls = 200;
// Maximum number of slots to sum (400 days). Longer extents are scaled.
constexpr std::uint64_t kMaxSlots = 400ull * 86400;

// The records and durations of the sampled calls.
struct Sample {
  std::vector<Record> records;
  std::uint64_t first_attempts = 0;
  std::uint64_t calls = 0;  // first attempts and those that follow from them
  std::vector<double> holding_s;  // of answered calls
  // The following include the delays of the job's faults.
  double in_flight_s = 0.0;      // sum over calls, attempt to last delivery
  double record_flight_s = 0.0;  // sum over records, attempt to delivery
};

// A key that no run uses, so the sampled call is independent of the calls of a
// run.
CallKey KeyAt(std::uint64_t slot, std::uint64_t number) {
  return {slot, kMaxCallsPerSlot - 1 - static_cast<std::uint32_t>(number)};
}

// Samples first attempts, and the calls that follow from them before `end_ms`.
Sample SampleCalls(const Plan& plan, const Job& job,
                   const std::vector<CallKey>& keys, std::int64_t end_ms) {
  Scribe scribe(plan, job);
  const Faults faults(plan, job);
  Sample sample;
  for (const CallKey key : keys) {
    ++sample.first_attempts;
    scribe.EachCall(key, end_ms, [&](const Call& call) {
      const std::size_t before = sample.records.size();
      scribe.AppendRecords(static_cast<std::uint32_t>(sample.calls++),
                           sample.records);
      if (!call.legs.empty()) {
        sample.holding_s.push_back((call.ended_ms - call.connected_ms) /
                                   1000.0);
      }
      std::uint32_t last_ms = call.attempted_ms;
      for (std::size_t r = before; r < sample.records.size(); ++r) {
        const Record& record = sample.records[r];
        faults.Of(scribe.stream_key(), record)
            .EachDelivery(record, [&](const Record& as) {
              sample.record_flight_s +=
                  (as.delivery_ms - call.attempted_ms) / 1000.0;
              last_ms = std::max(last_ms, as.delivery_ms);
            });
      }
      sample.in_flight_s += (last_ms - call.attempted_ms) / 1000.0;
    });
  }
  return sample;
}

// A few calls from the first hour, for a first estimate of the size of a call.
Sample FirstCalls(const Plan& plan, const Job& job) {
  const std::uint64_t first = StartSlotOf(job);
  std::vector<CallKey> keys;
  for (std::uint64_t i = 0; i < kFewCalls; ++i) {
    keys.push_back(KeyAt(first + i * 3600 / kFewCalls, i));
  }
  return SampleCalls(plan, job, keys, kLatestTime.ms);
}

// Keys of calls, distributed over `slots` from `first` on in proportion to the
// traffic. `calls`: the expected number of first attempts in them.
std::vector<CallKey> SpreadKeys(const Plan& plan, std::uint64_t first,
                                std::uint64_t slots, double calls) {
  Arrivals arrivals(plan, plan.run().key);
  const double spacing = calls / static_cast<double>(kSampledCalls);
  std::vector<CallKey> keys;
  double passed = 0.0;
  for (std::uint64_t slot = first; slot < first + slots; ++slot) {
    passed += arrivals.RateAt(slot);
    while (keys.size() < kSampledCalls &&
           passed > (static_cast<double>(keys.size()) + 0.5) * spacing) {
      keys.push_back(KeyAt(slot, keys.size()));
    }
  }
  return keys;
}

// Keys of calls of the job's extent.
std::vector<CallKey> KeysOfExtent(const Plan& plan, const Job& job,
                                  const Estimate& estimate) {
  const auto slots = static_cast<std::uint64_t>(std::clamp(
      std::ceil(estimate.seconds), 1.0, static_cast<double>(kMaxSlots)));
  return SpreadKeys(plan, StartSlotOf(job), slots,
                    estimate.calls * std::min(1.0, static_cast<double>(slots) /
                                                       estimate.seconds));
}

// The expected number of records that the calls of the warm-up leave.
PerLog<double> RecordsOfWarmUp(const Plan& plan, const Job& job) {
  PerLog<double> records{};
  if (job.warm_up_ms == 0) return records;
  // Earlier calls have ended.
  const std::uint64_t slots =
      std::min(static_cast<std::uint64_t>(job.warm_up_ms / kMsPerSecond),
               HorizonMs(plan, job.logs) / kMsPerSecond + std::uint64_t{1});
  const std::uint64_t end = StartSlotOf(job);
  Arrivals arrivals(plan, plan.run().key);
  double calls = 0.0;
  for (std::uint64_t slot = end - slots; slot < end; ++slot) {
    calls += arrivals.RateAt(slot);
  }
  const Sample sample = SampleCalls(
      plan, job, SpreadKeys(plan, end - slots, slots, calls), EndMsOf(job));
  for (const Record& record : sample.records) {
    records[record.log()] += calls / static_cast<double>(sample.first_attempts);
  }
  return records;
}

// Records and their bytes per log.
struct Measured {
  PerLog<double> records{};
  PerLog<double> bytes{};
};

Measured Measure(const Sample& sample, const Cast& cast, const Job& job,
                 const Encoder& encoder) {
  Measured measured;
  const RowFormat rows = RowsOf(job);
  std::string wrapped;
  ImageCache images(cast, 2);
  std::vector<char> buffer(encoder.max_record_bytes());
  for (const Record& record : sample.records) {
    const LogType log = record.log();
    const char* end = encoder.Encode(record, cast.IdsOf(record),
                                     images.Get(record), buffer.data());
    measured.records[log] += 1;
    const std::string_view text(buffer.data(),
                                static_cast<std::size_t>(end - buffer.data()));
    measured.bytes[log] += static_cast<double>(text.size());
    if (!WrapsRows(job)) continue;
    const std::string_view row = RowAlone(text, rows);
    wrapped.clear();
    Info(job.frame).wrap(record, row, cast, wrapped);
    measured.bytes[log] +=
        static_cast<double>(wrapped.size()) - static_cast<double>(row.size());
  }
  return measured;
}

// The mean number of records or bytes of a call, if the extent counts those;
// otherwise 1.
double SizeOfCall(const Plan& plan, const Cast& cast, const Encoder& encoder,
                  const Job& job) {
  if (job.extent.kind != Extent::Kind::kRecords &&
      job.extent.kind != Extent::Kind::kBytes) {
    return 1.0;
  }
  const Measured measured = Measure(FirstCalls(plan, job), cast, job, encoder);
  const auto& sizes = job.extent.kind == Extent::Kind::kRecords
                          ? measured.records
                          : measured.bytes;
  return std::accumulate(sizes.begin(), sizes.end(), 0.0) / kFewCalls;
}

double Quantile(std::vector<double>& values, double probability) {
  if (values.empty()) return 0.0;
  const auto index = static_cast<std::ptrdiff_t>(
      probability * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<std::size_t>(index)];
}

// Sums the offered traffic over the job's slots.
void SumTraffic(const Plan& plan, const Job& job, double size_a_call,
                Estimate& estimate) {
  Arrivals arrivals(plan, plan.run().key);
  const std::uint64_t first = StartSlotOf(job);
  const auto amount = static_cast<double>(job.extent.amount);
  const bool by_time = job.extent.kind == Extent::Kind::kDuration;
  const double wanted_calls = amount / std::max(size_a_call, 1e-9);
  const double wanted_seconds = amount / kMsPerSecond;
  std::deque<double> hour;
  double in_hour = 0.0;
  std::uint64_t slots = 0;
  while (slots < kMaxSlots) {
    const double part =
        by_time ? std::min(1.0, wanted_seconds - static_cast<double>(slots))
                : 1.0;
    if (by_time ? part <= 0.0 : estimate.calls >= wanted_calls) break;
    const double calls = arrivals.RateAt(first + slots) * part;
    estimate.peak_rate_cps = std::max(estimate.peak_rate_cps, calls / part);
    estimate.calls += calls;
    ++slots;
    hour.push_back(calls);
    in_hour += calls;
    if (hour.size() > 3600) {
      in_hour -= hour.front();
      hour.pop_front();
    }
    estimate.busy_hour_calls = std::max(estimate.busy_hour_calls, in_hour);
  }
  estimate.seconds = static_cast<double>(slots);
  if (by_time) {
    // Extrapolate the summed slots to the full duration.
    estimate.calls *= std::max(wanted_seconds / estimate.seconds, 1.0);
    estimate.seconds = wanted_seconds;
  } else {
    estimate.seconds *= wanted_calls / std::max(estimate.calls, 1e-9);
    estimate.calls = wanted_calls;
  }
  estimate.mean_rate_cps = estimate.calls / std::max(estimate.seconds, 1e-9);
  // If the run is shorter than an hour, scale its mean rate to an hour.
  if (slots < 3600) estimate.busy_hour_calls = estimate.mean_rate_cps * 3600;
}

}  // namespace

Estimate EstimateJob(const Plan& plan, const Cast& cast, const Job& job) {
  const Encoder encoder(cast.vocabulary(), job.shape, RowsOf(job), job.logs);
  Estimate estimate;
  SumTraffic(plan, job, SizeOfCall(plan, cast, encoder, job), estimate);
  const std::vector<CallKey> keys = KeysOfExtent(plan, job, estimate);
  const auto begin = std::chrono::steady_clock::now();
  // The last call of the sample may begin at the end of the last second.
  Sample sample = SampleCalls(plan, job, keys, EndMsOf(job) + kMsPerSecond);
  const auto calls = std::max(1.0, static_cast<double>(sample.calls));
  estimate.sampled_calls = sample.calls;
  const double calls_a_first =
      calls / std::max(1.0, static_cast<double>(sample.first_attempts));
  estimate.redials = estimate.calls * (calls_a_first - 1);
  estimate.calls += estimate.redials;

  const auto [records, bytes] = Measure(sample, cast, job, encoder);
  const std::chrono::duration<double> spent =
      std::chrono::steady_clock::now() - begin;
  estimate.records_a_second =
      static_cast<double>(std::max<std::size_t>(sample.records.size(), 1)) /
      std::max(spent.count(), 1e-6);
  for (const LogType log : kLogTypes) {
    estimate.records_a_call[log] = records[log] / calls;
    estimate.bytes_a_record[log] =
        records[log] > 0 ? bytes[log] / records[log] : 0;
  }

  estimate.earlier_records = RecordsOfWarmUp(plan, job);

  const auto answered = static_cast<double>(sample.holding_s.size());
  estimate.answered_share = answered / calls;
  double holding_s = 0.0;
  for (const double seconds : sample.holding_s) holding_s += seconds;
  estimate.mean_holding_s = answered > 0 ? holding_s / answered : 0.0;
  estimate.median_holding_s = Quantile(sample.holding_s, 0.5);
  estimate.p95_holding_s = Quantile(sample.holding_s, 0.95);
  const double erlangs_a_cps = calls_a_first * holding_s / calls;
  estimate.mean_erlangs = estimate.mean_rate_cps * erlangs_a_cps;
  estimate.busy_hour_erlangs = estimate.busy_hour_calls / 3600 * erlangs_a_cps;
  // The number in flight cannot exceed the total number of calls.
  const double most_calls = std::max(1.0, estimate.calls);
  estimate.calls_in_flight =
      std::min(most_calls, estimate.peak_rate_cps * calls_a_first *
                               sample.in_flight_s / calls);
  estimate.records_in_flight =
      std::min(estimate.records(), estimate.peak_rate_cps * calls_a_first *
                                       sample.record_flight_s / calls);
  constexpr double kFixedBytes = 12e6;
  estimate.memory_bytes =
      kFixedBytes + estimate.records_in_flight * sizeof(Record) * 1.3 +
      static_cast<double>(ImageCache::CapacityFor(estimate.calls_in_flight) *
                          sizeof(CallImage));
  return estimate;
}

double CallsInFlight(const Plan& plan, const Job& job) {
  const Sample sample = FirstCalls(plan, job);
  double rate = 0.0;
  const std::uint64_t first = StartSlotOf(job);
  for (std::uint64_t hour = 0; hour < 168; ++hour) {
    const std::uint64_t slot = first + hour * 3600;
    rate = std::max(rate, plan.conditions.PlannedRate(slot) +
                              plan.conditions.offered().DialledAt(slot));
  }
  return rate * sample.in_flight_s /
         static_cast<double>(std::max<std::uint64_t>(sample.first_attempts, 1));
}

}  // namespace busyhour
