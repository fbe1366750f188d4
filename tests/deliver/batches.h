#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"

namespace busyhour::internal {

/// A batch of `messages`.
inline Batch BatchOf(const std::vector<std::string>& messages) {
  Batch batch;
  for (const std::string& message : messages) {
    batch.bytes += message;
    batch.ends.push_back(static_cast<std::uint32_t>(batch.bytes.size()));
  }
  return batch;
}

/// Polls until there are `count` receipts. Gives up after a minute: a poll can
/// write little of a large batch, so their number would be no limit.
inline std::vector<Receipt> ReceiptsOf(BatchSink& sink, std::size_t count) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point give_up = Clock::now() + std::chrono::minutes(1);
  std::vector<Receipt> receipts;
  while (receipts.size() < count && Clock::now() < give_up) {
    sink.Poll(std::chrono::milliseconds(10), receipts);
  }
  return receipts;
}

}  // namespace busyhour::internal
