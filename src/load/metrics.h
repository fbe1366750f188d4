#pragma once

#include <memory>
#include <string>

#include "load/sender.h"

namespace busyhour {

/// Serves the figures of a run to Prometheus: `http://127.0.0.1:PORT/metrics`,
/// on this machine only.
class Metrics {
 public:
  virtual ~Metrics() = default;
  /// Another run begins; the counts of earlier runs are kept.
  virtual void Begin() = 0;
  /// Updates all figures.
  virtual void Update(const Sender& sender, Nanos now) = 0;
};

/// Starts to serve. Null, with the reason in `trouble`, if the port is not
/// available or this program was built without prometheus-cpp.
std::unique_ptr<Metrics> ServeMetrics(int port, std::string& trouble);

}  // namespace busyhour
