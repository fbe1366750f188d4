#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encode/compression.h"
#include "framing/frame.h"
#include "logs/log.h"

namespace busyhour {

/// Puts encoded records together into one file.
///
/// The records come in batches, each the rows that `Encoder` made
/// (`RowsOfFile`), back to back, and where each record ends. What comes out
/// does not depend on where one batch ends and the next begins. No record is
/// copied: the file is a list of pieces that point into the batch, or to text
/// of the framer, which must stay where it is while they are in use.
class Framer {
 public:
  /// `log` is that of the records where a file holds one log only (see
  /// `ReasonAgainstFile`). `message_bytes` is the most that a message may take;
  /// a record too large for that goes alone. With `kLz4` the batches are LZ4
  /// blocks, the first without the first separator.
  Framer(Frame frame, Shape shape, LogType log, std::size_t message_bytes,
         Compression compression = Compression::kNone);

  /// Appends the file's next pieces to `pieces`.
  void Add(std::string_view records, std::span<const std::uint32_t> ends,
           std::vector<std::string_view>& pieces);
  /// Appends the file's last pieces. An empty file has some, too.
  void Finish(std::vector<std::string_view>& pieces);

  /// Between two batches: all that it remembers of those before.
  struct State {
    bool begun = false;               ///< whether there was a record
    std::uint64_t message_bytes = 0;  ///< of the open message, 0 for none
  };
  const State& state() const noexcept { return state_; }
  /// Goes on from there; from `{}`, with another file.
  void Restore(const State& state) noexcept { state_ = state; }

 private:
  void AddMessages(std::string_view records,
                   std::span<const std::uint32_t> ends,
                   std::vector<std::string_view>& pieces);

  bool has_messages_;
  std::size_t message_limit_;
  std::string begin_;
  std::size_t join_bytes_;  ///< to be left out of the first record
  std::string end_;
  std::string end_of_nothing_;
  std::string next_message_;  ///< `end_` and `begin_`
  State state_;
};

}  // namespace busyhour
