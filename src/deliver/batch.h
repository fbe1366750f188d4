#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

/// Messages that are sent together and answered for together.
struct Batch {
  /// Number of the batch in its run, from 0, in the order of the plan.
  std::uint64_t index = 0;
  /// Which of that batch's records is its first one: 0 but for parts of a batch
  /// that was split. Both together name a batch.
  std::uint64_t offset = 0;
  /// All messages, back to back, as they go over the wire.
  std::string bytes;
  /// How long `bytes` was before it was compressed; its length where it is not.
  std::size_t plain_bytes = 0;
  /// Where each message ends in `bytes`.
  std::vector<std::uint32_t> ends;
  /// How many records the messages hold.
  std::uint64_t records = 0;
  /// A key of `kKeyBytes` for each message, back to back; empty where the sink
  /// wants none.
  std::string keys;
  /// Azure's category of the log that all records are of; empty when they are
  /// of several.
  std::string_view category;
  /// The hour in which they are delivered, since 1970, where the sink wants one
  /// hour a batch; else -1.
  std::int64_t hour = -1;
  /// Azure's id of the resource whose logs they are, in capital letters, where
  /// `hour` is set.
  std::string_view resource;
  /// How often it has been sent before.
  int attempts = 0;

  std::string_view message(std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(bytes).substr(begin, ends[i] - begin);
  }
  std::string_view key(std::size_t i) const noexcept {
    return std::string_view(keys).substr(i * kKeyBytes, kKeyBytes);
  }

  /// A GUID's text.
  static constexpr std::size_t kKeyBytes = 36;
};

}  // namespace busyhour
