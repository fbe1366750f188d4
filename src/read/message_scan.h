#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "read/input_window.h"

namespace busyhour {

/// A JSON object that may contain records in arrays, `{"records":[...]}` or
/// `{"tables":[{"columns":[...],"rows":[...]}]}`: its text without the records,
/// and how far it has been read.
struct Message {
  /// The last key of each depth that can lead to records.
  enum class Key : std::uint8_t { kOther, kRecords, kTables, kColumns, kRows };
  int depth = 0;
  /// Bit i is set if an array is open at depth i + 1. Depths above 64 are not
  /// tracked.
  std::uint64_t arrays = 0;
  Key key = Key::kOther;
  bool in_tables = false;  ///< inside the array of tables
  bool is_rows = false;    ///< records are arrays of values for `columns`
  bool is_known = false;   ///< known to be a message, not a record
  std::vector<std::string> columns;
  std::string text;  ///< the scanned text, without the records
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
  void OpenObject();
  void Close();
  bool ScanLineEnd();
  bool InArray() const;

  InputWindow& window_;
  Message& message_;
  std::size_t at_ = 0;
  // Inside one of the tables of the message.
  bool in_table_;
  // The value has a line end after its first byte, so arrays in it may continue
  // over several lines.
  bool is_spread_;
  char last_ = '\0';  // last byte that is not blank
  std::size_t columns_begin_ = 0;
};

}  // namespace busyhour
