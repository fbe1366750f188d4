#include "load/metrics.h"

#ifdef BUSYHOUR_WITH_PROMETHEUS
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#endif

namespace busyhour {

#ifdef BUSYHOUR_WITH_PROMETHEUS
namespace {

constexpr std::array<double, 3> kQuantiles = {0.5, 0.99, 1.0};
constexpr std::array<const char*, 3> kQuantileNames = {"0.5", "0.99", "1"};

class PrometheusMetrics : public Metrics {
 public:
  explicit PrometheusMetrics(int port)
      : registry_(std::make_shared<prometheus::Registry>()),
        exposer_("127.0.0.1:" + std::to_string(port), 1) {
    auto& records = Counters("busyhour_records_total", "Records by result.");
    planned_ = &records.Add({{"state", "planned"}});
    sent_ = &records.Add({{"state", "sent"}});
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      endings_[i] = &records.Add(
          {{"state", std::string(NameOf(static_cast<Ending>(i)))}});
    }
    taken_back_ = &records.Add({{"state", "taken_back"}});
    lost_connections_ =
        &Counters("busyhour_lost_connections_total",
                  "Connections that the receiver closed or that broke.")
             .Add({});
    lost_records_ = &Counters("busyhour_lost_connection_records_total",
                              "Records that were in flight on them.")
                         .Add({});
    auto& certainties = Gauges("busyhour_acknowledged_records",
                               "Acknowledged records by certainty.");
    for (std::size_t i = 0; i < kCertaintyCount; ++i) {
      certainties_[i] = &certainties.Add(
          {{"certainty", std::string(NameOf(static_cast<Certainty>(i)))}});
    }
    bytes_ = &Counters("busyhour_sent_bytes_total", "Bytes sent.").Add({});
    retries_ =
        &Counters("busyhour_retries_total", "Batches that were sent again.")
             .Add({});
    errors_ = &Counters("busyhour_errors_total", "Errors by kind.");
    queued_ =
        &Gauges("busyhour_queued_records", "Records that are due and not sent.")
             .Add({});
    in_flight_ = &Gauges("busyhour_in_flight_records",
                         "Records that were sent and have no answer yet.")
                      .Add({});
    backlog_ = &Gauges("busyhour_backlog_seconds",
                       "How long the oldest queued record has been due.")
                    .Add({});
    auto& lateness =
        Gauges("busyhour_lateness_seconds",
               "Actual minus planned send time in the current second.");
    for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
      lateness_[i] = &lateness.Add({{"quantile", kQuantileNames[i]}});
    }
    exposer_.RegisterCollectable(registry_);
  }

  void Begin() override { of_run_.clear(); }

  void Update(const Sender& sender, Nanos now) override {
    const Account& account = sender.account();
    Raise(*planned_, account.planned());
    Raise(*sent_, account.sent());
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      const auto ending = static_cast<Ending>(i);
      // A counter must not decrease: withdrawn acknowledgements are counted
      // separately.
      Raise(*endings_[i],
            account.count(ending) +
                (ending == Ending::kAcknowledged ? account.taken_back() : 0));
    }
    Raise(*taken_back_, account.taken_back());
    Raise(*lost_connections_, account.lost_connections());
    Raise(*lost_records_, account.lost_records());
    for (std::size_t i = 0; i < kCertaintyCount; ++i) {
      certainties_[i]->Set(
          static_cast<double>(account.count(static_cast<Certainty>(i))));
    }
    Raise(*bytes_, account.bytes());
    Raise(*retries_, account.retries());
    for (const auto& [error, entry] : account.errors()) {
      Raise(errors_->Add({{"error", error}}), entry.batches);
    }
    queued_->Set(static_cast<double>(sender.queued()));
    in_flight_->Set(static_cast<double>(sender.in_flight()));
    backlog_->Set(
        static_cast<double>(now - std::min(now, sender.oldest_due())) /
        static_cast<double>(kNanosPerSecond));
    for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
      lateness_[i]->Set(
          static_cast<double>(account.lateness_now().Quantile(kQuantiles[i])) /
          static_cast<double>(kNanosPerSecond));
    }
  }

 private:
  prometheus::Family<prometheus::Counter>& Counters(const char* name,
                                                    const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(
        *registry_);
  }
  prometheus::Family<prometheus::Gauge>& Gauges(const char* name,
                                                const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(*registry_);
  }
  // Raises the counter to its value in this run, `to`.
  void Raise(prometheus::Counter& counter, std::uint64_t to) {
    std::uint64_t& so_far = of_run_[&counter];
    counter.Increment(static_cast<double>(to - so_far));
    so_far = to;
  }

  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Exposer exposer_;
  prometheus::Counter* planned_;
  prometheus::Counter* sent_;
  std::array<prometheus::Counter*, kEndingCount> endings_;
  prometheus::Counter* taken_back_;
  prometheus::Counter* lost_connections_;
  prometheus::Counter* lost_records_;
  std::array<prometheus::Gauge*, kCertaintyCount> certainties_;
  prometheus::Counter* bytes_;
  prometheus::Counter* retries_;
  prometheus::Family<prometheus::Counter>* errors_;
  prometheus::Gauge* queued_;
  prometheus::Gauge* in_flight_;
  prometheus::Gauge* backlog_;
  std::array<prometheus::Gauge*, kQuantiles.size()> lateness_;
  std::map<const prometheus::Counter*, std::uint64_t> of_run_;
};

}  // namespace

std::unique_ptr<Metrics> ServeMetrics(int port, std::string& trouble) {
  try {
    return std::make_unique<PrometheusMetrics>(port);
  } catch (const std::exception&) {
    // The library's message mentions a null context. With these settings, only
    // the port can be the reason.
    trouble = "cannot serve metrics on port " + std::to_string(port) +
              " of 127.0.0.1: the port is in use or not permitted";
    return nullptr;
  }
}

#else

std::unique_ptr<Metrics> ServeMetrics(int, std::string& trouble) {
  trouble = "requires prometheus-cpp; this program was built without it";
  return nullptr;
}

#endif

}  // namespace busyhour
