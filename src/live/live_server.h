#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "live/address.h"
#include "live/live_metrics.h"
#include "live/live_page.h"
#include "live/live_run.h"
#include "live/page_server.h"
#include "load/run_control.h"

namespace busyhour::internal {

/// Serves the page, the control and the metrics of a run.
///
///   GET /          the page                     GET /metrics  for Prometheus
///   GET /events    its figures, every second    POST /control a change
///   GET /status    the state as JSON
///
/// A change needs the token, which only readers on this machine get from the
/// page: no other web site can read it, because requests that name a foreign
/// host are refused, and the browser keeps answers from other sites.
class LiveServer {
 public:
  struct Options {
    std::optional<Address> page;  ///< also serves the metrics
    std::optional<Address> metrics;
    MetricLabels labels;  ///< of all metrics
    std::string token;
    std::string host_name;  ///< of this machine
  };

  explicit LiveServer(Options options)
      : options_(std::move(options)), metrics_(options_.labels) {}

  /// Listens on both addresses. Returns the option and the reason if it cannot.
  std::pair<std::string, std::string> Listen();
  /// A run begins, or another trial of a search. `control` is null for a
  /// search, and must outlive the server.
  void Begin(RunReport facts, RunControl* control);
  /// Begins to serve, after the first `Begin`.
  void Start() { server_.Start(); }

  LiveRun& run() { return run_; }
  const Options& options() const { return options_; }

 private:
  PageAnswer ServePage(const PageRequest& request);
  PageAnswer ServeMetrics(const PageRequest& request);
  PageAnswer Control(const PageRequest& request);
  PageEvent NextEvent();
  LiveReader ReaderOf(const PageRequest& request) const;

  Options options_;
  LiveRun run_;
  std::mutex mutex_;  // guards what follows
  LiveMetrics metrics_;
  RunControl* control_ = nullptr;
  // The newest event, for all viewers of the same moment.
  PageEvent event_;
  double event_seconds_ = -1;
  // Last, because its thread uses the others.
  PageServer server_;
};

}  // namespace busyhour::internal
