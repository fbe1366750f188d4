#pragma once

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/sink.h"

namespace busyhour::internal {

/// Writes batches to a `Sink` on this machine: a file, or nothing. A batch is
/// acknowledged when the sink has accepted it. If the file cannot be completed,
/// it does not exist, and everything in it is lost.
class LocalSink : public BatchSink {
 public:
  explicit LocalSink(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) {}

  Status Open() override { return Status::Ok(); }
  bool HasRoom() const noexcept override { return ready_.empty(); }
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;
  Status Close() override;
  bool lost_all() const noexcept override { return failed_; }

 protected:
  Sink& sink() noexcept { return *sink_; }

 private:
  std::unique_ptr<Sink> sink_;
  bool failed_ = false;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour::internal
