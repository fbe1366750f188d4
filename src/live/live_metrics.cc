#include "live/live_metrics.h"

#include <cstddef>
#include <utility>

#include "base/printable.h"
#include "load/account.h"

namespace busyhour::internal {
namespace {

constexpr std::array<const char*, kLiveShares.size()> kLiveShareNames = {
    "0.5", "0.99", "1"};

}  // namespace

void LiveMetrics::Counts::Add(const LiveFigures& figures) {
  const RunReport& run = figures.run;
  records["sent"] += figures.sent;
  records["taken_back"] += run.taken_back;
  if (!run.records.empty()) records["planned"] += run.records[0];
  for (std::size_t i = 0; i + 1 < run.records.size(); ++i) {
    const auto ending = static_cast<Ending>(i);
    // A counter must not decrease: withdrawn acknowledgements are counted
    // separately.
    records[std::string(NameOf(ending))] +=
        run.records[i + 1] +
        (ending == Ending::kAcknowledged ? run.taken_back : 0);
  }
  lost_connections += run.lost_connections;
  lost_records += figures.lost_records;
  bytes += run.bytes;
  retries += run.retries;
  for (const RunMessage& error : run.errors) {
    errors[ForPerson(error.words)] += error.batches;
  }
  ack.Merge(run.latency.ns);
}

void LiveMetrics::Begin(const LiveFigures& last) { before_.Add(last); }

MetricLabels LiveMetrics::With(const char* name,
                               const std::string& value) const {
  MetricLabels labels = labels_;
  labels.emplace_back(name, value);
  return labels;
}

MetricFamily LiveMetrics::Family(const char* name, const char* help,
                                 MetricType type, double value) const {
  return {name, help, type, {{labels_, value, nullptr}}};
}

std::vector<MetricFamily> LiveMetrics::Collect(const LiveFigures& figures) {
  now_ = before_;
  now_.Add(figures);
  const auto counter = [this](const char* name, const char* help,
                              std::uint64_t value) {
    return Family(name, help, MetricType::kCounter, static_cast<double>(value));
  };
  const auto gauge = [this](const char* name, const char* help, double value) {
    return Family(name, help, MetricType::kGauge, value);
  };
  // `values` are pairs of a label's value and a number.
  const auto by = [this](const char* label, const char* name, const char* help,
                         MetricType type, const auto& values) {
    MetricFamily family{name, help, type, {}};
    for (const auto& [text, value] : values) {
      family.samples.push_back({With(label, std::string(text)),
                                static_cast<double>(value), nullptr});
    }
    return family;
  };
  std::vector<std::pair<std::string, double>> lateness;
  for (std::size_t i = 0; i < kLiveShareNames.size(); ++i) {
    lateness.emplace_back(kLiveShareNames[i], figures.lateness_seconds[i]);
  }
  MetricFamily ack{"busyhour_ack_latency_seconds",
                   "Time from when a record was due to its acknowledgement.",
                   MetricType::kHistogram,
                   {{labels_, 0, &now_.ack}}};
  return {by("state", "busyhour_records_total", "Records by result.",
             MetricType::kCounter, now_.records),
          by("certainty", "busyhour_acknowledged_records",
             "Acknowledged records by certainty.", MetricType::kGauge,
             figures.run.certainty),
          counter("busyhour_lost_connections_total",
                  "Connections that the receiver closed or that broke.",
                  now_.lost_connections),
          counter("busyhour_lost_connection_records_total",
                  "Records that were in flight on them.", now_.lost_records),
          counter("busyhour_sent_bytes_total", "Bytes sent.", now_.bytes),
          counter("busyhour_retries_total", "Batches that were sent again.",
                  now_.retries),
          by("error", "busyhour_errors_total", "Errors by kind.",
             MetricType::kCounter, now_.errors),
          gauge("busyhour_queued_records", "Records that are due and not sent.",
                static_cast<double>(figures.queued)),
          gauge("busyhour_in_flight_records",
                "Records that were sent and have no answer yet.",
                static_cast<double>(figures.in_flight)),
          gauge("busyhour_backlog_seconds",
                "How long the oldest queued record has been due.",
                figures.backlog_seconds),
          gauge("busyhour_paused", "1 while the run is paused.",
                figures.is_paused ? 1 : 0),
          by("quantile", "busyhour_lateness_seconds",
             "Actual minus planned send time in the current second.",
             MetricType::kGauge, lateness),
          std::move(ack)};
}

}  // namespace busyhour::internal
