#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "framing/frame_text.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour {

/// Writes messages for a receiver, one at a time.
class MessageWriter {
 public:
  /// `syslog`: whether to write a header (RFC 5424) before each record.
  /// `worlds` must outlive the writer.
  MessageWriter(Frame frame, Shape shape, bool syslog, const Worlds& worlds);

  /// Begins a message. Its start is written with the first record.
  void Begin() noexcept { is_begun_ = false; }
  /// Adds a record; `text` is its row (`RowsOfMessage`) without the line end.
  /// `sent` is the time of sending, if that is noted beside the record. Returns
  /// the start of its piece, the last part of `bytes`. `AddPiece` can add this
  /// piece to any other message of the frame.
  std::size_t Add(const Record& record, std::string_view text,
                  std::optional<SimTime> sent, std::string& bytes);
  /// Adds a piece that `Add` has written for a record of `log`. Returns its
  /// start.
  std::size_t AddPiece(LogType log, std::string_view piece, std::string& bytes);
  /// Ends a message, which must contain a record.
  void End(std::string& bytes) const { bytes += text_.End(); }
  /// Maximum number of bytes that `End` adds.
  std::size_t end_bytes() const noexcept { return text_.End().size() + 8; }

 private:
  // Appends the text before a record of `log`.
  void Join(LogType log, std::string& bytes);

  const FrameInfo& info_;
  FrameText text_;
  bool syslog_;
  const Worlds& worlds_;
  bool is_begun_ = false;  // whether the message has a record
  LogType last_log_ = LogType::kOperational;
  std::string with_header_;  // buffer for a header and its record
};

}  // namespace busyhour
