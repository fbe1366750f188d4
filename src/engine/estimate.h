#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The estimated figures of a profile for one job. Traffic is the sum over the
/// job's slots; figures per call are means over a sample of simulated calls.
struct Estimate {
  std::uint64_t sampled_calls = 0;

  double seconds = 0.0;          ///< simulated time span of the call attempts
  double calls = 0.0;            ///< expected number of calls, with `redials`
  std::vector<double> calls_of;  ///< the same, by resource
  double redials = 0.0;          ///< calls of callers who had called before
  double mean_rate_cps = 0.0;    ///< of first attempts over the extent
  double peak_rate_cps = 0.0;    ///< in the slot with the highest rate
  double busy_hour_calls = 0.0;  ///< BHCA: first attempts in the busiest hour
  double answered_share = 0.0;   ///< of attempts
  double mean_holding_s = 0.0;   ///< of answered calls
  double median_holding_s = 0.0;
  double p95_holding_s = 0.0;
  double busy_hour_erlangs = 0.0;
  double mean_erlangs = 0.0;
  PerLog<double> records_a_call{};
  PerLog<double> earlier_records{};  ///< of the calls of the warm-up
  PerLog<double> bytes_a_record{};
  double records_in_flight =
      0.0;  ///< simulated but not yet delivered, at the peak
  double calls_in_flight = 0.0;   ///< with records still to come, at the peak
  double memory_bytes = 0.0;      ///< of a run with one thread
  double records_a_second = 1.0;  ///< one thread, measured on the sample

  double records(LogType log) const noexcept {
    return calls * records_a_call[log] + earlier_records[log];
  }
  double bytes(LogType log) const noexcept {
    return records(log) * bytes_a_record[log];
  }
  double records() const noexcept {
    double sum = 0.0;
    for (const LogType log : kLogTypes) sum += records(log);
    return sum;
  }
  double bytes() const noexcept {
    double sum = 0.0;
    for (const LogType log : kLogTypes) sum += bytes(log);
    return sum;
  }
};

Estimate EstimateJob(const Worlds& worlds, const Job& job);

/// For how many calls the cache should keep images: approximately the number of
/// calls that begin, at the peak planned rate, until nine in ten records of a
/// call are delivered. Never more than the job has calls.
double CallsWithImage(const Worlds& worlds, const Job& job);

}  // namespace busyhour::internal
