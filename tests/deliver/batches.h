#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"

namespace busyhour {

/// A batch of `messages`.
inline Batch BatchOf(const std::vector<std::string>& messages) {
  Batch batch;
  for (const std::string& message : messages) {
    batch.bytes += message;
    batch.ends.push_back(static_cast<std::uint32_t>(batch.bytes.size()));
  }
  return batch;
}

/// Polls until there are `count` receipts, or for some seconds.
inline std::vector<Receipt> ReceiptsOf(BatchSink& sink, std::size_t count) {
  constexpr int kMostPolls = 1000;
  std::vector<Receipt> receipts;
  for (int i = 0; i < kMostPolls && receipts.size() < count; ++i) {
    sink.Poll(std::chrono::milliseconds(10), receipts);
  }
  return receipts;
}

}  // namespace busyhour
