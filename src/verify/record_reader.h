#pragma once

#include <array>
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
/// What is there when a record is tried at once.
inline constexpr std::size_t kWindowBytes = 16 << 10;
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
  /// A JSON object, as far as its braces say so. False when it is none, and has
  /// been counted as broken; so with the next two.
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

/// What the bytes of an input are. Each is one of these, and what is broken has
/// been told to the taker: nothing is passed over in silence.
enum class ByteClass : std::uint8_t {
  kRecord,
  kFrame,  ///< what puts records together: brackets, messages, headers
  kBlank,
  kBroken,
};
inline constexpr std::size_t kByteClassCount = 4;
using ByteCounts = std::array<std::uint64_t, kByteClassCount>;

/// Cuts an input into records, whatever they are framed in: JSON objects one
/// after the other or a line each, one array of them, messages of
/// `{"records":[...]}`, answers of
/// `{"tables":[{"columns":[...],"rows":[...]}]}` or CSV with a header.
///
/// Time is linear in the bytes, and memory is bounded, whatever they are: what
/// is cut off or damaged ends where a line begins with a `{` that has no place
/// there, or a string meets the end of its line.
class RecordReader {
 public:
  /// A record of more than `max_record` bytes is a broken one.
  RecordReader(InputBytes& input, std::size_t max_record, RecordTaker& taker);

  void Run();
  /// How many bytes have been read.
  std::uint64_t bytes() const noexcept { return bytes_; }
  /// What they are. After `Run`, their sum is `bytes()`.
  const ByteCounts& byte_counts() const noexcept { return byte_counts_; }

 private:
  // A message: all of it but the records in it, and how far it has been read.
  struct Message {
    // The last key of each depth that can lead to records.
    enum class Key : std::uint8_t {
      kOther,
      kRecords,
      kTables,
      kColumns,
      kRows
    };
    int depth = 0;
    // Bit i: what is open at depth i + 1 is an array. Deeper is not known.
    std::uint64_t arrays = 0;
    Key key = Key::kOther;
    bool in_tables = false;  // in the array of them
    bool is_rows = false;    // what it has are arrays, for `columns`
    bool is_known = false;   // to be a message, and no record
    std::vector<std::string> columns;
    std::string text;  // what has been read, without the records
  };
  // An array whose values are records.
  struct Level {
    enum class Expects : std::uint8_t { kFirst, kComma, kValue, kAnything };
    bool is_message = false;  // the array is one of `message`
    Message message;
    Expects expects = Expects::kFirst;
    bool has_broken_comma = false;
    std::uint64_t line = 0;
  };
  enum class Scan : std::uint8_t {
    kEnd,
    kRecords,
    kCut,
    kTooLong,
    kUnfinished
  };

  std::size_t available() const { return end_ - begin_; }
  std::string_view ahead() const {
    return {buffer_.data() + begin_, available()};
  }
  bool More();
  bool Ensure(std::size_t bytes);
  // All that is passed over is passed over by one of these.
  void Pass(std::size_t bytes, ByteClass what);
  void PassInLine(std::size_t bytes, ByteClass what);
  void Count(std::size_t bytes, ByteClass what);
  // Some of what had been passed as part of a frame is broken after all.
  void TakeBack(std::size_t bytes);
  int SkipSpace();
  bool SkipByteOrderMark();
  bool AtLineBegin() const;
  bool TakeKnownLine();
  void Break(const std::string& why, std::size_t bytes);
  void SkipLine(const std::string& why);

  void RunJson();
  void TakeComma();
  void ExpectValue();
  void TakenValue(bool is_whole);
  void TakeValue();
  void TakeScalar();
  void BeginRecords(std::size_t at, Message message);
  bool IsRecord(std::size_t& bytes);
  bool TakeFirstRecord(std::size_t at, Message& message);
  void EndRecords();
  void GoOnInMessage(Message message, std::uint64_t line);
  void EndMessage(const Message& message, std::uint64_t line);
  void BreakLevel();
  Scan ScanValue(std::size_t& at, Message& message, bool stops_at_records);

  std::string_view WithoutEnd(std::string_view line) const;
  bool IsHeader(std::string_view text);
  void RunCsv();
  bool TakeLine(std::string_view& line, bool& too_long);
  ByteClass TakeCsvLine(std::size_t& bytes);
  std::optional<std::size_t> LineEnd(std::size_t from);
  bool TakeMoreLines(std::size_t& bytes);

  InputBytes& input_;
  std::size_t max_record_;
  RecordTaker& taker_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t bytes_ = 0;
  ByteCounts byte_counts_{};
  std::vector<Level> levels_;
  // Bytes that were gone through more than once to tell messages from records.
  std::uint64_t scanned_again_ = 0;
  bool had_comma_ = false;  // outside of all arrays, since the last value
  // The byte before `begin_`, where that is the first of the buffer.
  char before_ = '\n';

  // Of CSV.
  char line_end_ = '\n';
  char delimiter_ = ',';
  std::string header_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> cells_;
  std::vector<std::string> cell_texts_;
};

}  // namespace busyhour
