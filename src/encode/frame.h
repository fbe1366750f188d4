#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encode/compression.h"
#include "logs/log.h"

namespace busyhour {

/// How records are put together.
enum class Frame : std::uint8_t {
  kJsonl,     ///< one record a line
  kArray,     ///< one JSON array
  kEventHub,  ///< messages of `{"records":[...]}`, one a line
  kCsv,       ///< a header line, then one record a line
  kQuery,     ///< as the Log Analytics query API answers
};
inline constexpr std::size_t kFrameCount = 5;

/// How one record is laid out in a row of its own.
enum class RowStyle : std::uint8_t {
  kObject,  ///< `{"a":"x","b":1}`
  kPage,    ///< as in the Azure page's examples: one member a line
  kArray,   ///< `["x",1]`
  kCsv,     ///< `x,1`
};

struct FrameInfo {
  Frame frame;
  /// The word for it in options.
  std::string_view name;
  /// Of the files that hold it, with its dot.
  std::string_view extension;
  Shape default_shape;
  /// What is encoded before each record; the `Framer` leaves it out where a
  /// record is the first.
  std::string_view separator;
  /// What is encoded after each record.
  std::string_view terminator;
};

/// Indexed by `Frame`.
std::span<const FrameInfo, kFrameCount> Frames();
inline const FrameInfo& Info(Frame frame) {
  return Frames()[static_cast<std::size_t>(frame)];
}

std::optional<Frame> FindFrame(std::string_view name);

RowStyle RowStyleOf(Frame frame, Shape shape);

/// What stands against writing `log_count` logs in `shape` into one stream of
/// `frame`, in words for a person; empty when nothing does.
std::string Objection(Frame frame, Shape shape, std::size_t log_count);
/// The same against compressing a stream of `frame`.
std::string Objection(Frame frame, Compression compression);

/// Whether a portal export puts a field in quotes.
bool NeedsCsvQuotes(std::string_view text) noexcept;
/// Puts the text at `p` in quotes, if it needs them, and returns its new end.
/// Needs room for both.
char* QuoteForCsv(char* p, char* end) noexcept;

/// Puts encoded records together into one stream.
///
/// The records come in batches, each the bytes that `Encoder` made, back to
/// back, and where each record ends. What comes out does not depend on where
/// one batch ends and the next begins. No record is copied: the stream is a
/// list of pieces that point into the batch, or to text of the framer, which
/// must stay where it is while they are in use.
class Framer {
 public:
  /// `log` matters where `Objection` asks for a stream of one log.
  /// `message_bytes` is the most that a message of an event hub may take; a
  /// record too large for that goes alone. With `kLz4` the batches are LZ4
  /// blocks, the first without the first separator.
  Framer(Frame frame, Shape shape, LogType log, std::size_t message_bytes,
         Compression compression = Compression::kNone);

  /// Appends the stream's next pieces to `pieces`.
  void Add(std::string_view records, std::span<const std::uint32_t> ends,
           std::vector<std::string_view>& pieces);
  /// Appends the stream's last pieces. An empty stream has some, too.
  void Finish(std::vector<std::string_view>& pieces);

  /// Between two batches: all that it remembers of those before.
  struct State {
    bool begun = false;               ///< whether there was a record
    std::uint64_t message_bytes = 0;  ///< of the open message, 0 for none
  };
  const State& state() const noexcept { return state_; }
  /// Goes on from there; from `{}`, with another stream.
  void Restore(const State& state) noexcept { state_ = state; }

 private:
  void AddMessages(std::string_view records,
                   std::span<const std::uint32_t> ends,
                   std::vector<std::string_view>& pieces);

  Frame frame_;
  std::size_t separator_bytes_;  ///< to be left out of the first record
  std::size_t message_limit_;
  std::string prologue_;
  std::string epilogue_;
  std::string epilogue_of_nothing_;  ///< after no record at all
  State state_;
};

}  // namespace busyhour
