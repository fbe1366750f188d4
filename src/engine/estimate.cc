#include "engine/estimate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <deque>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "engine/call_sample.h"
#include "engine/call_source.h"
#include "engine/image_cache.h"
#include "scenario/arrivals.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kSampledCalls = 4000;
// Maximum number of slots to sum (400 days). Longer extents are scaled.
constexpr std::uint64_t kMaxSlots = 400ull * 86400;

// The share of the records that are delivered while the cache still has the
// image of their call. To encode the others, the image is made again, which
// costs less than memory for the images of all calls: some logs have updates
// days after the call.
constexpr double kRecordsWithImage = 0.9;
// The second round differs from the first by little more than chance.
constexpr int kRounds = 2;

// The quantile of the values for a share in [0, 1]; 0 if there are none.
// Changes their order.
double Quantile(std::vector<double>& values, double share) {
  if (values.empty()) return 0.0;
  const auto index = static_cast<std::ptrdiff_t>(
      share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<std::size_t>(index)];
}

// The rates of all resources in a slot.
class Rates {
 public:
  explicit Rates(const Worlds& worlds) {
    for (std::uint32_t i = 0; i < worlds.size(); ++i) {
      arrivals_.emplace_back(worlds[i].plan, worlds[i].plan.run().key);
    }
  }
  double At(std::uint64_t slot, std::uint32_t resource) {
    return arrivals_[resource].RateAt(slot);
  }

 private:
  std::vector<Arrivals> arrivals_;
};

// Keys of calls, distributed over `slots` from `first` on in proportion to the
// traffic. `calls`: the expected number of first attempts in them.
std::vector<CallKey> SpreadKeys(const Worlds& worlds, std::uint64_t first,
                                std::uint64_t slots, double calls) {
  Rates rates(worlds);
  const double spacing = calls / static_cast<double>(kSampledCalls);
  std::vector<CallKey> keys;
  double passed = 0.0;
  for (std::uint64_t slot = first; slot < first + slots; ++slot) {
    for (std::uint32_t i = 0; i < worlds.size(); ++i) {
      passed += rates.At(slot, i);
      while (keys.size() < kSampledCalls &&
             passed > (static_cast<double>(keys.size()) + 0.5) * spacing) {
        keys.push_back(SampledCall(slot, i, keys.size()));
      }
    }
  }
  return keys;
}

// Keys of calls of the job's extent.
std::vector<CallKey> KeysOfExtent(const Worlds& worlds, const Job& job,
                                  const Estimate& estimate) {
  const auto slots = static_cast<std::uint64_t>(std::clamp(
      std::ceil(estimate.seconds), 1.0, static_cast<double>(kMaxSlots)));
  return SpreadKeys(worlds, StartSlotOf(job), slots,
                    estimate.calls * std::min(1.0, static_cast<double>(slots) /
                                                       estimate.seconds));
}

// The expected number of records that the calls of the warm-up leave.
PerLog<double> RecordsOfWarmUp(const Worlds& worlds, const Job& job,
                               CallSampler& sampler) {
  PerLog<double> records{};
  if (job.warm_up_ms == 0) return records;
  // Earlier calls have ended.
  const std::uint64_t slots =
      std::min(static_cast<std::uint64_t>(job.warm_up_ms / kMsPerSecond),
               worlds.HorizonMs(job.logs) / kMsPerSecond + std::uint64_t{1});
  const std::uint64_t end = StartSlotOf(job);
  Rates rates(worlds);
  double calls = 0.0;
  for (std::uint64_t slot = end - slots; slot < end; ++slot) {
    for (std::uint32_t i = 0; i < worlds.size(); ++i) {
      calls += rates.At(slot, i);
    }
  }
  const CallSample sample =
      sampler.Take(SpreadKeys(worlds, end - slots, slots, calls), EndMsOf(job));
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

Measured Measure(const CallSample& sample, const Worlds& worlds, const Job& job,
                 const Encoder& encoder) {
  Measured measured;
  const RowFormat rows = RowsOf(job);
  std::string wrapped;
  ImageCache images(worlds, 2);
  std::vector<char> buffer(encoder.max_record_bytes());
  for (const Record& record : sample.records) {
    const LogType log = record.log();
    const Cast& cast = worlds.CastOf(record);
    const char* end = encoder.Encode(record, cast.IdsOf(record),
                                     images.Get(record), buffer.data());
    measured.records[log] += 1;
    const std::string_view text(buffer.data(),
                                static_cast<std::size_t>(end - buffer.data()));
    measured.bytes[log] += static_cast<double>(text.size());
    if (!WrapsRows(job)) continue;
    const std::string_view row = RowAlone(text, rows);
    wrapped.clear();
    Info(job.frame).wrap(record, row, cast, std::nullopt, wrapped);
    measured.bytes[log] +=
        static_cast<double>(wrapped.size()) - static_cast<double>(row.size());
  }
  return measured;
}

bool CountsSize(const Job& job) {
  return job.extent.kind == Extent::Kind::kRecords ||
         job.extent.kind == Extent::Kind::kBytes;
}

// The mean number of records or bytes of a first attempt with the calls that
// follow from it, whichever the extent counts.
double SizeIn(const CallSample& sample, const Worlds& worlds, const Job& job,
              const Encoder& encoder) {
  const Measured measured = Measure(sample, worlds, job, encoder);
  const auto& sizes = job.extent.kind == Extent::Kind::kRecords
                          ? measured.records
                          : measured.bytes;
  return std::accumulate(sizes.begin(), sizes.end(), 0.0) /
         static_cast<double>(std::max<std::uint64_t>(sample.first_attempts, 1));
}

// The same in the first hour, if the extent counts sizes; otherwise 1.
double SizeAtFirst(const Worlds& worlds, const Encoder& encoder, const Job& job,
                   CallSampler& sampler) {
  if (!CountsSize(job)) return 1.0;
  double sum = 0.0;
  double weights = 0.0;
  Rates rates(worlds);
  const std::uint64_t first = StartSlotOf(job);
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    const double weight = std::max(rates.At(first, i), 1e-9);
    sum += weight * SizeIn(sampler.TakeFirst(i), worlds, job, encoder);
    weights += weight;
  }
  return sum / weights;
}

// Sums the offered traffic over the job's slots.
void SumTraffic(const Worlds& worlds, const Job& job, double size_a_call,
                Estimate& estimate) {
  Rates rates(worlds);
  const std::uint64_t first = StartSlotOf(job);
  const auto amount = static_cast<double>(job.extent.amount);
  const bool by_time = job.extent.kind == Extent::Kind::kDuration;
  const double wanted_calls = amount / std::max(size_a_call, 1e-9);
  const double wanted_seconds = amount / kMsPerSecond;
  estimate.calls_of.resize(worlds.size());
  std::deque<double> hour;
  double in_hour = 0.0;
  std::uint64_t slots = 0;
  while (slots < kMaxSlots) {
    const double part =
        by_time ? std::min(1.0, wanted_seconds - static_cast<double>(slots))
                : 1.0;
    if (by_time ? part <= 0.0 : estimate.calls >= wanted_calls) break;
    double calls = 0.0;
    for (std::uint32_t i = 0; i < worlds.size(); ++i) {
      const double of_resource = rates.At(first + slots, i) * part;
      estimate.calls_of[i] += of_resource;
      calls += of_resource;
    }
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

// Counts the calls of callers who try again, as in the sample.
void AddRedials(const CallSample& sample, double calls_a_first,
                Estimate& estimate) {
  estimate.sampled_calls = sample.calls;
  estimate.redials = estimate.calls * (calls_a_first - 1);
  estimate.calls += estimate.redials;
  const double summed =
      std::accumulate(estimate.calls_of.begin(), estimate.calls_of.end(), 0.0);
  for (double& of_resource : estimate.calls_of) {
    of_resource *= estimate.calls / std::max(summed, 1e-9);
  }
}

// Measures the records of the sample, and how fast they are made.
void AddRecords(const CallSample& sample, double calls, const Worlds& worlds,
                const Job& job, const Encoder& encoder,
                std::chrono::steady_clock::time_point begin,
                Estimate& estimate) {
  const auto [records, bytes] = Measure(sample, worlds, job, encoder);
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
}

// How long calls last, and how many are in progress.
void AddLoad(CallSample& sample, double calls, double calls_a_first,
             Estimate& estimate) {
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
}

}  // namespace

Estimate EstimateJob(const Worlds& worlds, const Job& job) {
  const Encoder encoder(worlds.vocabularies(), job.shape, RowsOf(job),
                        job.logs);
  Estimate estimate;
  CallSampler sampler(worlds, job);
  SumTraffic(worlds, job, SizeAtFirst(worlds, encoder, job, sampler), estimate);
  std::vector<CallKey> keys = KeysOfExtent(worlds, job, estimate);
  // The last call of the sample may begin at the end of the last second.
  const std::int64_t end_ms = EndMsOf(job) + kMsPerSecond;
  // The mix of calls can change, for example with a campaign, and with it the
  // number of calls that the extent needs.
  for (int round = 0; CountsSize(job) && round < kRounds; ++round) {
    const double size =
        SizeIn(sampler.Take(keys, end_ms), worlds, job, encoder);
    estimate = Estimate{};
    SumTraffic(worlds, job, size, estimate);
    keys = KeysOfExtent(worlds, job, estimate);
  }
  const auto begin = std::chrono::steady_clock::now();
  CallSample sample = sampler.Take(keys, end_ms);
  const auto calls = std::max(1.0, static_cast<double>(sample.calls));
  const double calls_a_first =
      calls / std::max(1.0, static_cast<double>(sample.first_attempts));
  AddRedials(sample, calls_a_first, estimate);
  AddRecords(sample, calls, worlds, job, encoder, begin, estimate);
  estimate.earlier_records = RecordsOfWarmUp(worlds, job, sampler);
  AddLoad(sample, calls, calls_a_first, estimate);
  constexpr double kFixedBytes = 12e6;
  estimate.memory_bytes =
      kFixedBytes + estimate.records_in_flight * sizeof(Record) * 1.3 +
      static_cast<double>(ImageCache::CapacityFor(CallsWithImage(worlds, job)) *
                          sizeof(CallImage));
  return estimate;
}

double CallsWithImage(const Worlds& worlds, const Job& job) {
  double calls = 0.0;
  double most_calls = 0.0;
  CallSampler sampler(worlds, job);
  const std::uint64_t first = StartSlotOf(job);
  const std::int64_t length_ms =
      job.warm_up_ms + (job.extent.kind == Extent::Kind::kDuration
                            ? static_cast<std::int64_t>(job.extent.amount)
                            : 0);
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    CallSample sample = sampler.TakeFirst(i);
    const Conditions& conditions = worlds[i].plan.conditions;
    double rate = 0.0;
    for (std::uint64_t hour = 0; hour < 168; ++hour) {
      const std::uint64_t slot = first + hour * 3600;
      rate = std::max(rate, conditions.PlannedRate(slot) +
                                conditions.offered().DialledAt(slot));
    }
    rate *=
        static_cast<double>(sample.calls) /
        static_cast<double>(std::max<std::uint64_t>(sample.first_attempts, 1));
    calls += rate * Quantile(sample.record_ages_s, kRecordsWithImage);
    most_calls += rate * static_cast<double>(length_ms) / kMsPerSecond;
  }
  if (job.extent.kind != Extent::Kind::kDuration) {
    // Each call has a record.
    most_calls += static_cast<double>(job.extent.amount);
  }
  return std::min(calls, most_calls);
}

}  // namespace busyhour::internal
