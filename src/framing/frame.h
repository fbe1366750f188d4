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

// Frames: how records are combined into files and into messages to receivers.
// Each frame is described by a `FrameInfo` in a file of its own,
// `framing/<frame>.cc`. All other code uses these descriptions.

namespace busyhour::internal {

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
  X(Otlp)                  \
  X(Parquet)

enum class Frame : std::uint8_t {
#define BUSYHOUR_FRAME(name) k##name,
  BUSYHOUR_FRAMES(BUSYHOUR_FRAME)
#undef BUSYHOUR_FRAME
};

/// The description of one frame.
///
/// A message has this form:
///
///   open | section_open | row | join | row ... | section_close | close
///
/// Each row is an encoded record, changed by `wrap` if there is one, followed
/// by `row_end`. A file consists of one or several messages.
struct FrameInfo {
  Frame frame;
  /// Its name in options, settings and manifests.
  std::string_view name;
  /// Extension of its files, with the dot; empty if it is not for files.
  std::string_view extension = {};
  /// Content type of its HTTP requests; empty if it is not for HTTP.
  std::string_view content_type = {};

  /// Possible shapes of its records; empty for all.
  std::span<const Shape> shapes = {};
  Shape default_shape = Shape::kResourceLog;
  RowStyle style = RowStyle::kObject;
  /// Whether the rows of a file in shape `portal` have style `kPage`.
  bool is_page_in_portal = false;

  std::string_view open = {};
  std::string_view join = {};
  std::string_view close = {};
  std::string_view row_end = {};
  /// Appends to `out` the text that replaces a record's encoded `text`. If
  /// null, the encoded text is used unchanged. `sent` is the time of sending,
  /// if that is to be noted beside the record.
  void (*wrap)(const Record& record, std::string_view text, const Cast& cast,
               std::optional<SimTime> sent, std::string& out) = nullptr;
  /// Whether a time can be noted beside each record. Without a time of sending,
  /// it is the time of delivery, or none.
  bool notes_time = false;

  /// Returns the start of a section, which contains the records of a single
  /// log. If null, there are no sections: the records of all logs are mixed.
  std::string (*section_open)(LogType log, Shape shape) = nullptr;
  /// Appends the start of a section whose records share these labels, which are
  /// members of a JSON object. If null, sections have no labels. A file has
  /// those of `section_open`.
  void (*section_with)(std::string_view labels, std::string& out) = nullptr;
  std::string_view section_close = {};
  /// Text between two sections of a message; empty if a message has only one.
  std::string_view section_join = {};

  /// Whether each row of a file has its own line.
  bool has_row_lines = false;
  /// Whether a file contains messages of limited size, one per line.
  bool has_messages = false;
  /// Whether damage to one record leaves the others readable.
  bool stands_alone = false;
  /// Whether receivers report a result for each record of a message.
  bool is_answered_each = false;
  /// Maximum size of a message to a receiver, in bytes; 0 if the frame has no
  /// limit of its own.
  std::size_t max_message_bytes = 0;

  /// Whether a file consists of columns of values, not of rows of text. It has
  /// the records of a single log, and compresses its parts itself.
  bool is_columnar = false;
  Compression default_compression = Compression::kNone;

  /// Whether a message contains the records of a single log.
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

/// All frames, in the order of `Frame`.
std::span<const FrameInfo, kFrameCount> Frames();
inline const FrameInfo& Info(Frame frame) {
  return Frames()[static_cast<std::size_t>(frame)];
}
/// The frame with this name.
std::optional<Frame> FindFrame(std::string_view name);
/// The names of the frames for which `is_meant` is true: `jsonl, array or csv`.
std::string FrameNames(bool (*is_meant)(const FrameInfo& info));

/// How records are encoded for a file of `frame`: with the text that joins or
/// ends them. `wrap` is applied to the row without this text.
RowFormat RowsOfFile(Frame frame, Shape shape);
/// How records are encoded for messages of `frame`: one row per line.
RowFormat RowsOfMessage(Frame frame);

// Why something cannot be combined with a frame, as a message; empty if it can.

/// Records in `shape`.
std::string ReasonAgainst(Frame frame, Shape shape);
/// The same for a file with records of `log_count` logs.
std::string ReasonAgainstFile(Frame frame, Shape shape, std::size_t log_count);
/// Compression of a file.
std::string ReasonAgainst(Frame frame, Compression compression);

/// The extension of a file: that of the frame, and that of the compression
/// unless the frame compresses itself.
std::string ExtensionOf(Frame frame, Compression compression);

}  // namespace busyhour::internal
