#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "framing/frame.h"
#include "framing/stream_labels.h"
#include "logs/field_values.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// Writes messages for a receiver, one at a time. Except for line ends, the
/// text around the records is that of files, unless there are other labels.
class MessageWriter {
 public:
  /// `syslog`: whether to write a header (RFC 5424) before each record.
  /// `labels` concern frames whose sections have labels. `worlds` must outlive
  /// the writer.
  MessageWriter(Frame frame, Shape shape, bool syslog, const Worlds& worlds,
                const StreamLabels& labels = StreamLabels());

  /// Begins a message. Its start is written with the first record.
  void Begin() noexcept { is_begun_ = false; }
  /// Adds a record; `text` is its row (`RowsOfMessage`) without the line end.
  /// `sent` is the time of sending, if that is noted beside the record. Returns
  /// the start of its piece, the last part of `bytes`. `AddPiece` can add this
  /// piece to any other message of the frame.
  std::size_t Add(const Record& record, std::string_view text,
                  std::optional<SimTime> sent, std::string& bytes);
  /// Adds a piece that `Add` has written, to a section that begins with
  /// `section`. Returns its start.
  std::size_t AddPiece(std::string_view section, std::string_view piece,
                       std::string& bytes);
  /// The start of a section in the text before the first piece of a message, or
  /// between two of its pieces. Nothing if the later one is in the section of
  /// the earlier one.
  std::optional<std::string_view> SectionIn(std::string_view between,
                                            bool is_first) const;
  /// Ends a message, which must contain a record.
  void End(std::string& bytes) const {
    bytes += info_.section_close;
    bytes += info_.close;
  }
  /// Maximum number of bytes that `End` adds.
  std::size_t end_bytes() const noexcept {
    return info_.section_close.size() + info_.close.size() + 8;
  }

 private:
  // The start of the record's section; empty if there are no sections.
  std::string_view SectionOf(const Record& record);
  // Appends the text before a record of a section.
  void Join(std::string_view section, std::string& bytes);

  const FrameInfo& info_;
  bool syslog_;
  const Worlds& worlds_;
  PerLog<std::string> sections_;  // without labels
  StreamLabels labels_;
  std::unique_ptr<FieldValues> values_;  // null without labels
  bool is_begun_ = false;                // whether the message has a record
  std::string last_section_;
  // Buffers: for a header and its record, for labels, for a section.
  std::string with_header_;
  std::string members_;
  std::string section_;
};

}  // namespace busyhour::internal
