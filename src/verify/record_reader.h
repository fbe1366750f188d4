#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verify/input.h"

namespace busyhour {

/// How much must be readable behind every record's text, for parsers that read
/// in large steps.
inline constexpr std::size_t kTextPadding = 64;
/// How much is kept of what is no record, to be shown.
inline constexpr std::size_t kShownBytes = 200;
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

inline bool IsBlank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// What is done with the records of an input, in their order. Texts are good
/// until the call returns, and have `kTextPadding` readable bytes behind them.
class RecordTaker {
 public:
  virtual ~RecordTaker() = default;
  /// A record begins at `p`, and what is there goes on to `end` at least. If it
  /// can be told right away which one it is, it is taken, and its bytes are
  /// returned; else 0.
  virtual std::size_t TakeExact(const char* p, const char* end,
                                std::uint64_t line) = 0;
  /// A JSON object.
  virtual void TakeObject(std::string_view text, std::uint64_t line) = 0;
  /// A JSON array with a value for each of the columns.
  virtual void TakeRow(std::string_view text,
                       const std::vector<std::string>& columns,
                       std::uint64_t line) = 0;
  /// A line of CSV, whole and in its cells.
  virtual void TakeCells(std::string_view text,
                         const std::vector<std::string_view>& cells,
                         const std::vector<std::string>& columns,
                         std::uint64_t line) = 0;
  /// Whether whole lines are to be offered to `TakeLine` first.
  virtual bool knows_lines() const { return false; }
  /// A line without its end. True when it is known as it is, whatever is in it,
  /// and taken.
  virtual bool TakeLine(std::string_view line, std::uint64_t number) {
    static_cast<void>(line);
    static_cast<void>(number);
    return false;
  }
  /// Something that is no record. `text` is how it begins.
  virtual void TakeBroken(std::string_view text, std::uint64_t line,
                          const std::string& why) = 0;
};

/// Cuts an input into records, whatever they are framed in: JSON objects one
/// after the other or a line each, one array of them, messages of
/// `{"records":[...]}`, answers of
/// `{"tables":[{"columns":[...],"rows":[...]}]}` or CSV with a header.
///
/// Time is linear in the bytes, and memory is bounded, whatever they are: what
/// is cut off or damaged ends where a line begins with `{` or a string meets
/// the end of its line.
class RecordReader {
 public:
  /// A record of more than `max_record` bytes is a broken one.
  RecordReader(InputBytes& input, std::size_t max_record, RecordTaker& taker);

  void Run();
  /// How many bytes have been read.
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  enum class Scan { kEnd, kContainer, kCut, kTooLong, kUnfinished };
  struct Container {
    bool is_rows = false;
    int depth = 0;  ///< of objects and arrays around its array, to be closed
    std::vector<std::string> columns;
  };

  std::size_t available() const { return end_ - begin_; }
  bool More();
  bool Ensure(std::size_t bytes);
  int SkipSpace(bool commas);
  void Advance(std::size_t bytes);
  bool SkipByteOrderMark();
  void RunJson();
  bool AtLineBegin() const;
  bool TakeKnownLine();
  void TakeValue();
  Scan ScanValue(std::size_t& at, Container& container);
  bool SkipTail(int depth);
  void Break(const std::string& why, std::size_t bytes);
  void SkipLine(const std::string& why);
  std::string_view WithoutEnd(std::string_view line) const;
  bool IsHeader(std::string_view line);
  void RunCsv(std::string_view header);
  bool TakeLine(std::string_view& line, bool& too_long);
  std::optional<std::size_t> LineEnd(std::size_t from);
  bool TakeMoreLines(std::size_t columns, std::size_t& bytes,
                     std::vector<std::string_view>& cells,
                     std::vector<std::string>& store);

  InputBytes& input_;
  std::size_t max_record_;
  RecordTaker& taker_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t bytes_ = 0;
  std::vector<Container> containers_;
  // The byte before `begin_`, where that is the first of the buffer.
  char before_ = '\n';
  char delimiter_ = ',';  // of CSV
};

}  // namespace busyhour
