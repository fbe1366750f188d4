#pragma once

#include <memory>
#include <string>

#include "load/sender.h"

namespace busyhour {

/// The figures of a run under way, as Prometheus reads them:
/// `http://127.0.0.1:PORT/metrics`, on this machine only.
class Metrics {
 public:
  virtual ~Metrics() = default;
  /// Another run begins; what earlier ones came to stays counted.
  virtual void Begin() = 0;
  /// Shows how things stand now.
  virtual void Update(const Sender& sender, Nanos now) = 0;
};

/// Begins to serve. Null, with the reason in `trouble`, when the port cannot be
/// had or this program was built without prometheus-cpp.
std::unique_ptr<Metrics> ServeMetrics(int port, std::string& trouble);

}  // namespace busyhour
