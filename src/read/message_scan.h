#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "read/input_window.h"
#include "read/split_handler.h"

namespace busyhour::internal {

/// A JSON object that may contain records in arrays, at any depth:
/// `{"records":[...]}`, `{"tables":[{"columns":[...],"rows":[...]}]}`,
/// `{"hits":{"hits":[...]}}` and what other tools write. Its text without the
/// records, and how far it has been read.
struct Message {
  /// What the last key says about an array.
  enum class Key : std::uint8_t {
    kOther,
    kMessage,  ///< `records`, which is used for nothing else
    kRecords,
    kColumns,  ///< the names of the values in rows
    kValues,   ///< rows; without columns, pairs of a time and a line
  };
  int depth = 0;
  /// Bit i is set if an array is open at depth i + 1. Depths above 64 are not
  /// tracked.
  std::uint64_t arrays = 0;
  Key key = Key::kOther;
  bool is_rows = false;   ///< records are arrays of values for `columns`
  bool is_known = false;  ///< known to be a message, not a record
  RowColumns columns;
  int columns_depth = 0;  ///< depth of the object that has these columns
  std::string text;       ///< the scanned text, without the records
};

/// Why a scan has ended.
enum class ScanEnd : std::uint8_t {
  kWhole,       ///< after the value
  kRecords,     ///< after the `[` of an array that may contain records
  kCut,         ///< at a new line that cannot belong to the value
  kTooLong,     ///< the value is longer than the maximum size of a record
  kUnfinished,  ///< at the end of the input
};

/// Scans the JSON value at the beginning of a window, or its unread rest, using
/// only braces, brackets and strings. For one value.
class MessageScan {
 public:
  /// All must outlive the scan.
  MessageScan(InputWindow& window, Message& message);

  /// Continues to the end of the value, or with `stops_at_records` to the first
  /// array that may contain records.
  ScanEnd Run(bool stops_at_records);
  /// Number of scanned bytes from the beginning of the window.
  std::size_t at() const noexcept { return at_; }

 private:
  bool Ready();
  ScanEnd Exhausted() const;
  std::optional<ScanEnd> ScanString();
  void NoteKey(std::string_view word);
  void Open(bool is_array);
  bool OpenArray();
  bool MayHaveRecords(Message::Key key);
  char Peek();
  void Close();
  bool ScanLineEnd();
  bool InArray() const;

  InputWindow& window_;
  Message& message_;
  std::size_t at_ = 0;
  // The value has a line end after its first byte, so arrays in it may continue
  // over several lines.
  bool is_spread_;
  char last_ = '\0';  // last byte that is not blank
  // Of the array of columns that is open: its place and depth.
  std::size_t columns_begin_ = 0;
  int columns_open_ = 0;
};

}  // namespace busyhour::internal
