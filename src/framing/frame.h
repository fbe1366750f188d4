#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "encode/compression.h"
#include "encode/row.h"
#include "logs/log.h"

// How records are put together, in files and in what receivers get. Each frame
// has one file, `framing/<frame>.cc`, with its row; everything else reads
// these.

namespace busyhour {

class Cast;

/// The list of frames, in the order of their documentation.
#define BUSYHOUR_FRAMES(X) \
  X(Jsonl)                 \
  X(Array)                 \
  X(EventHub)              \
  X(Csv)                   \
  X(Query)                 \
  X(Octets)                \
  X(Record)                \
  X(Elastic)               \
  X(Splunk)                \
  X(Loki)                  \
  X(Otlp)

enum class Frame : std::uint8_t {
#define BUSYHOUR_FRAME(name) k##name,
  BUSYHOUR_FRAMES(BUSYHOUR_FRAME)
#undef BUSYHOUR_FRAME
};

/// Everything that is particular to one frame.
///
/// A message is
///
///   open | section_open | row | join | row ... | section_close | close
///
/// where each row is what `wrap` makes of an encoded record, with `row_end`
/// behind it. A file is one message, or several.
struct FrameInfo {
  Frame frame;
  /// The word for it in options, settings and manifests.
  std::string_view name;
  /// Of the files that hold it, with its dot; empty when no file does.
  std::string_view extension = {};
  /// Of an HTTP request that holds it; empty when none does.
  std::string_view content_type = {};

  /// Shapes of its records; empty for all.
  std::span<const Shape> shapes = {};
  Shape default_shape = Shape::kResourceLog;
  RowStyle style = RowStyle::kObject;
  /// A file in shape `portal` has rows of style `kPage`.
  bool is_page_in_portal = false;

  std::string_view open = {};
  std::string_view join = {};
  std::string_view close = {};
  std::string_view row_end = {};
  /// Appends to `out` what stands in place of a record's encoded `text`; null
  /// for the text itself.
  void (*wrap)(const Record& record, std::string_view text, const Cast& cast,
               std::string& out) = nullptr;

  /// What begins a section, which holds records of one log only; null when the
  /// records of all logs stand side by side.
  std::string (*section_open)(LogType log, Shape shape) = nullptr;
  std::string_view section_close = {};
  /// What joins two sections of a message; empty when it has one only.
  std::string_view section_join = {};

  /// In a file, each row has a line of its own.
  bool has_row_lines = false;
  /// A file holds messages of limited size, one a line.
  bool has_messages = false;
  /// Damage to one record leaves the others readable.
  bool stands_alone = false;
  /// A receiver answers for each record of a message.
  bool is_answered_each = false;
  /// The most that a message to a receiver takes, in bytes; 0 for no limit of
  /// its own.
  std::size_t max_message_bytes = 0;

  /// Whether a message holds records of one log only.
  bool holds_one_log() const noexcept {
    return section_open != nullptr && section_join.empty();
  }
};

#define BUSYHOUR_FRAME(name) extern const FrameInfo k##name##Frame;
BUSYHOUR_FRAMES(BUSYHOUR_FRAME)
#undef BUSYHOUR_FRAME

#define BUSYHOUR_FRAME(name) +1
inline constexpr std::size_t kFrameCount = 0 BUSYHOUR_FRAMES(BUSYHOUR_FRAME);
#undef BUSYHOUR_FRAME

/// In the order of `Frame`.
std::span<const FrameInfo, kFrameCount> Frames();
inline const FrameInfo& Info(Frame frame) {
  return Frames()[static_cast<std::size_t>(frame)];
}
/// The frame of that name.
std::optional<Frame> FindFrame(std::string_view name);
/// `jsonl, array or csv`: the names of those for which `is_meant` holds.
std::string FrameNames(bool (*is_meant)(const FrameInfo& info));

/// How records are encoded for a file of `frame`: with what joins or ends them,
/// unless they are wrapped first.
RowFormat RowsOfFile(Frame frame, Shape shape);
/// How records are encoded for messages of `frame`: a row a line.
RowFormat RowsOfMessage(Frame frame);

// Why something does not go with a frame, in words for a person; empty when it
// does.

/// Records in `shape`.
std::string ReasonAgainst(Frame frame, Shape shape);
/// The same for a file with records of `log_count` logs.
std::string ReasonAgainstFile(Frame frame, Shape shape, std::size_t log_count);
/// Compressing a file.
std::string ReasonAgainst(Frame frame, Compression compression);

}  // namespace busyhour
