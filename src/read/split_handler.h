#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "read/input_window.h"

namespace busyhour::internal {

/// Maximum length of the shown start of data that is not a record.
inline constexpr std::size_t kShownBytes = 200;

/// The columns of rows.
struct RowColumns {
  std::vector<std::string> names;
  /// A row may have fewer values, but at least as many.
  std::size_t least = 0;
};

/// Handles the parts of an input, in order. Texts are valid until the call
/// returns, and are followed by `kTextPadding` readable bytes.
class SplitHandler {
 public:
  virtual ~SplitHandler() = default;
  /// If a record that begins here is recognized directly, it is consumed and
  /// its size is returned; otherwise 0.
  virtual std::size_t TakeExact(const RecordStart& start) = 0;
  /// A JSON object, judged by its braces. Returns what its bytes are; broken
  /// ones have been reported. Likewise for the next two.
  virtual ByteClass TakeObject(std::string_view text, std::uint64_t line) = 0;
  /// A JSON array with the values of the columns.
  virtual ByteClass TakeRow(std::string_view text, const RowColumns& columns,
                            std::uint64_t line) = 0;
  /// A line of CSV, complete and as cells.
  virtual ByteClass TakeCells(std::string_view text,
                              const std::vector<std::string_view>& cells,
                              const std::vector<std::string>& columns,
                              std::uint64_t line) = 0;
  /// A JSON string with its quotes, in place of a record. True if it contains
  /// records, which have been handled.
  virtual bool TakeString(std::string_view text, std::uint64_t line) = 0;
  /// Whether this object is a record with a field called `records` or `tables`,
  /// and not a message.
  virtual bool IsRecord(std::string_view text) = 0;
  /// Whether complete lines are passed to `TakeLine` first.
  virtual bool knows_lines() const = 0;
  /// A line without its line end. True if it is recognized as a whole and
  /// consumed.
  virtual bool TakeLine(std::string_view line, std::uint64_t number) = 0;
  /// Data that is not a record. `text` is all of it, or its first
  /// `kShownBytes`, or empty if there is nothing to show.
  virtual void TakeBroken(std::string_view text, std::uint64_t line,
                          const std::string& why) = 0;
};

}  // namespace busyhour::internal
