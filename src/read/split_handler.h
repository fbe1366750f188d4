#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

/// How much is kept of what is no record, to be shown.
inline constexpr std::size_t kShownBytes = 200;

/// What is done with the pieces into which an input is split, in their order.
/// Texts are good until the call returns, and have `kTextPadding` readable
/// bytes behind them.
class SplitHandler {
 public:
  virtual ~SplitHandler() = default;
  /// A record begins at `p`, and what is there goes on to `end` at least. If it
  /// can be told right away which one it is, it is taken, and its bytes are
  /// returned; else 0.
  virtual std::size_t TakeExact(const char* p, const char* end,
                                std::uint64_t line) = 0;
  /// A JSON object, as far as its braces say so. False when it is none, and has
  /// been reported as broken; so with the next two.
  virtual bool TakeObject(std::string_view text, std::uint64_t line) = 0;
  /// A JSON array with a value for each of the columns.
  virtual bool TakeRow(std::string_view text,
                       const std::vector<std::string>& columns,
                       std::uint64_t line) = 0;
  /// A line of CSV, whole and in its cells.
  virtual bool TakeCells(std::string_view text,
                         const std::vector<std::string_view>& cells,
                         const std::vector<std::string>& columns,
                         std::uint64_t line) = 0;
  /// Whether this object, which could be a message of several records, is one
  /// record with a field that is only called as messages have it.
  virtual bool IsRecord(std::string_view text) = 0;
  /// Whether whole lines are to be offered to `TakeLine` first.
  virtual bool knows_lines() const = 0;
  /// A line without its end. True when it is known as it is, whatever is in it,
  /// and taken.
  virtual bool TakeLine(std::string_view line, std::uint64_t number) = 0;
  /// Something that is no record. `text` is how it begins.
  virtual void TakeBroken(std::string_view text, std::uint64_t line,
                          const std::string& why) = 0;
};

}  // namespace busyhour
