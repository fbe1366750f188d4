#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// The state of a message, for sinks whose receivers answer message by message.
enum class MessageState : std::uint8_t {
  kOpen,  ///< not sent, or to be sent again
  kAccepted,
  kRefused,  ///< sending it again cannot succeed
};

/// Messages that are sent together and acknowledged together.
struct Batch {
  /// Number of the batch in its run, from 0, in the order of the plan.
  std::uint64_t index = 0;
  /// Index of the batch's first record within the original batch: 0 unless this
  /// is a part of a batch that was split. `index` and `offset` together
  /// identify a batch.
  std::uint64_t offset = 0;
  /// All messages, concatenated, as they are sent.
  std::string bytes;
  /// Size of `bytes` before compression; its size if it is not compressed.
  std::size_t plain_bytes = 0;
  /// Where each message ends in `bytes`.
  std::vector<std::uint32_t> ends;
  /// Number of records in the messages.
  std::uint64_t records = 0;
  /// A key of `kKeyBytes` for each message, concatenated; empty if the sink
  /// uses no keys.
  std::string keys;
  /// Azure's category of the log, if all records are of one log; otherwise
  /// empty.
  std::string_view category;
  /// The hour of delivery, in hours since 1970, if the sink needs batches of a
  /// single hour; otherwise -1.
  std::int64_t hour = -1;
  /// Azure's id of the resource, in capital letters, if `hour` is set.
  std::string_view resource;
  /// Number of earlier attempts to send it.
  int attempts = 0;
  /// The state of each message after earlier attempts, stored by a sink that
  /// sends only the open ones again; empty if all are open.
  std::vector<MessageState> states;

  std::string_view message(std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(bytes).substr(begin, ends[i] - begin);
  }
  std::string_view key(std::size_t i) const noexcept {
    return std::string_view(keys).substr(i * kKeyBytes, kKeyBytes);
  }

  /// Length of a GUID's text.
  static constexpr std::size_t kKeyBytes = 36;
};

}  // namespace busyhour::internal
