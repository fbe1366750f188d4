#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framing/frame.h"
#include "logs/log.h"

// The interface between busyhour and a measured parser: the text, the question,
// and the collector of the answer. docs/bench.md shows a parser in one file.

namespace busyhour::internal {

/// Number of bytes after a text that may be read; they are zero.
inline constexpr std::size_t kPaddingBytes = 64;
/// Maximum nesting of objects and arrays in a document. A deeper document
/// counts as undecodable.
inline constexpr int kMaxDepth = 64;

/// The frames in which parsers are measured.
inline constexpr std::array kMeasuredFrames = {
    Frame::kJsonl, Frame::kArray, Frame::kEventHub, Frame::kCsv, Frame::kQuery};

/// The question about a text.
enum class Task : std::uint8_t {
  kCount,     ///< number of records
  kSum,       ///< sum of durationMs over the records that have it
  kFailures,  ///< failed records, by operation
  kExtract,   ///< time, correlation id and operation id
  kAll,       ///< every name and value
};
inline constexpr std::size_t kTaskCount = 5;

struct TaskInfo {
  Task task;
  /// Its name in options.
  std::string_view name;
  std::string_view summary;
  /// The required fields, by their names in the resource log. The index of a
  /// field is its slot.
  std::span<const std::string_view> fields;
};

/// Indexed by `Task`.
std::span<const TaskInfo, kTaskCount> Tasks();
inline const TaskInfo& Info(Task task) {
  return Tasks()[static_cast<std::size_t>(task)];
}

/// A task together with the names of its fields in the text. Constant after
/// construction.
class Question {
 public:
  /// A member that the task does not need.
  static constexpr int kNone = -1;
  /// An object that contains required members.
  static constexpr int kParent = -2;

  /// For records of `logs` in `shape` and `frame`.
  Question(Task task, Frame frame, Shape shape, LogSet logs);

  Task task() const noexcept { return task_; }
  Frame frame() const noexcept { return frame_; }
  /// Whether each line is a separate document.
  bool is_lines() const noexcept {
    return frame_ == Frame::kJsonl || frame_ == Frame::kEventHub;
  }
  /// Whether a record is an array, whose values have positions instead of
  /// names.
  bool is_rows() const noexcept { return frame_ == Frame::kQuery; }
  /// Whether any of the records can have the fields of the task.
  bool has_answer() const noexcept {
    return Info(task_).fields.empty() || !members_.empty();
  }

  /// The slot of a record's member, from 0; or `kNone` or `kParent`.
  int Find(std::string_view name) const noexcept {
    return Find(members_, name);
  }
  /// The same for a member of a `kParent` object.
  int FindInside(std::string_view name) const noexcept {
    return Find(inner_members_, name);
  }
  /// The same for a value of a row, by its column, from 0.
  int SlotOf(std::size_t column) const noexcept {
    return column < columns_.size() ? columns_[column] : kNone;
  }

  /// Sets the column names of rows.
  void SetColumns(std::span<const std::string> names);

 private:
  struct Member {
    std::string_view name;
    int slot;
  };

  static int Find(const std::vector<Member>& members,
                  std::string_view name) noexcept {
    for (const Member& member : members) {
      if (member.name == name) return member.slot;
    }
    return kNone;
  }
  void Add(const Column& column, int slot);

  Task task_;
  Frame frame_;
  std::vector<Member> members_;
  std::vector<Member> inner_members_;
  std::vector<int> columns_;
};

/// A digest of texts, for comparison. The order of the texts does not matter.
struct TextDigest {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;

  /// Includes every byte of `text`.
  void Add(std::string_view text) noexcept;
  /// Includes only the length and the last eight bytes, which costs almost
  /// nothing.
  void AddLightly(std::string_view text) noexcept;

  friend bool operator==(const TextDigest&, const TextDigest&) = default;
};

/// The result of a parser. Only the members that the task needs are set.
struct Answer {
  std::uint64_t records = 0;
  /// Number of lines that are not valid documents of the frame; for a frame
  /// that is one document, 1 if it is not valid. The content of such a document
  /// is not counted.
  std::uint64_t undecodable = 0;
  std::uint64_t lines = 0;  ///< set only by parsers that do not read JSON
  // kSum:
  std::uint64_t durations = 0;  ///< number of records with a duration
  std::int64_t duration_ms = 0;
  // kFailures:
  std::map<std::string, std::uint64_t> failures;
  // kExtract:
  std::array<TextDigest, 3> extracted;
  // kAll:
  TextDigest names;
  TextDigest texts;
  std::uint64_t numbers = 0;
  std::uint64_t number_checksum = 0;
  std::uint64_t yes = 0;
  std::uint64_t no = 0;
  std::uint64_t nulls = 0;

  friend bool operator==(const Answer&, const Answer&) = default;
};

/// The difference between `answer` and `truth` in words for a person; empty if
/// there is none. `task` determines which members are shown.
std::string AnswerDifference(Task task, const Answer& answer,
                             const Answer& truth);

/// Collects what a parser finds and keeps what the task needs. For one thread.
///
///   collector.BeginRecord();
///   collector.Integer(slot, 42);  // for each member that Find knows
///   collector.EndRecord();
class Collector {
 public:
  explicit Collector(const Question& question) : task_(question.task()) {}

  /// The records of one document are added between these calls. If the document
  /// turns out to be invalid, `DropDocument` discards everything found in it.
  void BeginDocument() noexcept { before_ = counts_; }
  void EndDocument() {
    for (const auto failures : failed_) ++failures->second;
    failed_.clear();
  }
  void DropDocument() noexcept {
    counts_ = before_;
    failed_.clear();
    ++counts_.undecodable;
  }

  void BeginRecord() noexcept {
    ++counts_.records;
    has_failed_ = false;
    operation_.clear();
  }
  void EndRecord() {
    if (has_failed_) failed_.push_back(failures_.try_emplace(operation_).first);
  }

  // A required member, with its slot from `Question`. The slot must not be
  // negative. Values of other types are not required.
  void Text(int slot, std::string_view text);
  void Integer(int slot, std::int64_t value) noexcept {
    if (task_ == Task::kSum && slot == 0) AddDuration(value);
  }

  // Task::kAll: the name of every member at any depth of a record, and every
  // value that is not an object or array.
  void AnyName(std::string_view name) noexcept {
    counts_.names.AddLightly(name);
  }
  void AnyText(std::string_view text) noexcept {
    counts_.texts.AddLightly(text);
  }
  void AnyNumber(double value) noexcept;
  void AnyBoolean(bool value) noexcept { ++(value ? counts_.yes : counts_.no); }
  void AnyNull() noexcept { ++counts_.nulls; }

  Answer Take();

 private:
  struct Counts {
    std::uint64_t records = 0;
    std::uint64_t undecodable = 0;
    std::uint64_t durations = 0;
    std::uint64_t duration_ms = 0;  // unsigned, because the sum may wrap
    std::array<TextDigest, 3> extracted;
    TextDigest names;
    TextDigest texts;
    std::uint64_t numbers = 0;
    std::uint64_t number_checksum = 0;
    std::uint64_t yes = 0;
    std::uint64_t no = 0;
    std::uint64_t nulls = 0;
  };
  using Failures = std::map<std::string, std::uint64_t>;

  void AddDuration(std::int64_t value) noexcept {
    ++counts_.durations;
    counts_.duration_ms += static_cast<std::uint64_t>(value);
  }

  const Task task_;
  Counts counts_;
  Counts before_;
  bool has_failed_ = false;
  std::string operation_;
  Failures failures_;
  std::vector<Failures::iterator> failed_;  // failures in the current document
};

/// The lines of a text that are not blank.
class Lines {
 public:
  explicit Lines(std::string_view text) noexcept : rest_(text) {}

  bool Next(std::string_view& line) noexcept;

 private:
  std::string_view rest_;
};

/// Passes each document of `text` (a line, or the whole text) to
/// `read(document, collector)`, which returns false if it cannot be decoded.
template <class Read>
Answer ReadDocuments(std::string_view text, const Question& question,
                     Read read) {
  Collector collector(question);
  const auto read_one = [&](std::string_view document) {
    collector.BeginDocument();
    if (read(document, collector)) {
      collector.EndDocument();
    } else {
      collector.DropDocument();
    }
  };
  if (question.is_lines()) {
    Lines lines(text);
    for (std::string_view line; lines.Next(line);) read_one(line);
  } else {
    read_one(text);
  }
  return collector.Take();
}

/// A parser that is measured. It is made once per task and called repeatedly,
/// so it may keep its buffers. For one thread.
class Parser {
 public:
  virtual ~Parser() = default;

  /// Answers the question. `kPaddingBytes` after `text` may be read.
  virtual Answer Read(std::string_view text, const Question& question) = 0;
};

template <class Kind>
std::unique_ptr<Parser> MakeParser() {
  return std::make_unique<Kind>();
}

/// A row in the list of parsers.
struct ParserInfo {
  /// Its name in options, which is also the name of its file.
  std::string_view name;
  /// The library, its version and the interface that is used.
  std::string library;
  std::unique_ptr<Parser> (*make)();
  /// False if it does not read JSON and sets `Answer::lines`. Such a parser can
  /// be measured on any text, for any task.
  bool reads_json = true;
};

/// A parser that is not part of this build.
struct MissingParser {
  std::string_view name;
  std::string_view library;  ///< the missing library
};

/// The parsers of bench/parsers/, sorted by name.
std::vector<ParserInfo> BuiltinParsers();
std::vector<MissingParser> MissingParsers();

}  // namespace busyhour::internal
