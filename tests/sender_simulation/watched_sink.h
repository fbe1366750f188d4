#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "deliver/batch_sink.h"
#include "engine/compress_stage.h"
#include "load/load_run.h"
#include "sender_simulation/chance.h"

namespace busyhour::internal {

/// A sink between the sender and the sink of the product. It notes the texts of
/// all records that are sent, and every rule that the sender or the sink
/// breaks.
class WatchedSink : public BatchSink {
 public:
  /// All must outlive it.
  WatchedSink(BatchSink& sink, const SimulatedClock& clock,
              const LoadPlan& plan)
      : sink_(sink),
        clock_(clock),
        options_(plan.sender),
        compressor_(NewCompressor(plan.rules.compression)) {}

  Status Open() override { return sink_.Open(); }
  bool HasRoom() const noexcept override { return sink_.HasRoom(); }
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;
  void EndSending() override { sink_.EndSending(); }
  std::string_view obstacle() const noexcept override {
    return sink_.obstacle();
  }
  std::uint64_t lost_connections() const noexcept override {
    return sink_.lost_connections();
  }
  Status Close() override { return sink_.Close(); }
  bool lost_all() const noexcept override { return sink_.lost_all(); }

  /// The texts of all records that were sent, with the number of each in its
  /// log.
  const std::map<std::pair<LogType, std::uint64_t>, std::string>& texts()
      const {
    return texts_;
  }
  const std::vector<std::string>& broken_rules() const { return broken_; }
  void Break(std::string rule) { broken_.push_back(std::move(rule)); }
  /// Whether the run should have ended long ago.
  bool is_endless() const { return polls_ > kMostPolls; }

 private:
  static constexpr std::uint64_t kMostPolls = 5'000'000;

  // Whether they are new.
  bool NoteTexts(const LoadBatch& batch);

  BatchSink& sink_;
  const SimulatedClock& clock_;
  const Sender::Options& options_;
  const std::unique_ptr<Compressor> compressor_;  // null for none
  std::map<std::pair<LogType, std::uint64_t>, std::string> texts_;
  // Batches without a final receipt, and whether they have a provisional one.
  std::unordered_map<const Batch*, bool> open_;
  std::size_t in_flight_ = 0;
  std::uint64_t next_index_ = 0;
  std::uint64_t polls_ = 0;
  std::vector<std::string> broken_;
};

}  // namespace busyhour::internal
