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

namespace busyhour::internal {

/// Combines encoded records into one file.
///
/// The records arrive in batches. A batch is the concatenated rows that
/// `Encoder` has written (`RowsOfFile`), and the end of each record in it. The
/// output does not depend on the division into batches. No record is copied:
/// the file is a list of pieces that point into the batch or to text of the
/// framer. Both must stay in place while the pieces are in use.
class Framer {
 public:
  /// `log` is the log of the records, if a file contains a single log (see
  /// `ReasonAgainstFile`). `message_bytes` is the maximum size of a message; a
  /// larger record gets a message of its own. With `kLz4`, the batches are LZ4
  /// blocks, and the first one does not contain the first separator.
  Framer(Frame frame, Shape shape, LogType log, std::size_t message_bytes,
         Compression compression = Compression::kNone);

  /// Appends the file's next pieces to `pieces`.
  void Add(std::string_view records, std::span<const std::uint32_t> ends,
           std::vector<std::string_view>& pieces);
  /// Appends the file's last pieces, which an empty file has, too.
  void Finish(std::vector<std::string_view>& pieces);

  /// The state between two batches: all that is kept of the earlier ones.
  struct State {
    bool begun = false;               ///< whether there was a record
    std::uint64_t message_bytes = 0;  ///< of the open message, 0 for none
  };
  const State& state() const noexcept { return state_; }
  /// Continues from `state`. With `{}`, a new file begins.
  void Restore(const State& state) noexcept { state_ = state; }

 private:
  void AddMessages(std::string_view records,
                   std::span<const std::uint32_t> ends,
                   std::vector<std::string_view>& pieces);

  bool has_messages_;
  std::size_t message_limit_;
  std::string begin_;
  std::size_t join_bytes_;  ///< removed from the first record
  std::string end_;
  std::string end_of_nothing_;
  std::string next_message_;  ///< `end_` and `begin_`
  State state_;
};

}  // namespace busyhour::internal
