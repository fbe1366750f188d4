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

// What a parser that is measured sees of busyhour: the text, the question, and
// where to put what it finds. docs/bench.md shows a parser in one file.

namespace busyhour {

/// Bytes behind a text that may be read; they are zero.
inline constexpr std::size_t kPaddingBytes = 64;
/// How deep objects and arrays of one document may be nested before it counts
/// as one that cannot be decoded.
inline constexpr int kMaxDepth = 64;

/// The frames whose records parsers are asked for.
inline constexpr std::array kMeasuredFrames = {
    Frame::kJsonl, Frame::kArray, Frame::kEventHub, Frame::kCsv, Frame::kQuery};

/// What is asked of a text.
enum class Task : std::uint8_t {
  kCount,     ///< how many records there are
  kSum,       ///< the sum of durationMs, of the records that have it
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
  /// The fields that it looks for, by their names in the resource log; a
  /// field's slot is its place here.
  std::span<const std::string_view> fields;
};

/// Indexed by `Task`.
std::span<const TaskInfo, kTaskCount> Tasks();
inline const TaskInfo& Info(Task task) {
  return Tasks()[static_cast<std::size_t>(task)];
}

/// A task together with how the text spells what it asks for. Constant once
/// made.
class Question {
 public:
  /// Nothing that is asked for.
  static constexpr int kNone = -1;
  /// An object that holds some of what is asked for.
  static constexpr int kParent = -2;

  /// Of records of `logs`, in `shape`, put together as `frame`.
  Question(Task task, Frame frame, Shape shape, LogSet logs);

  Task task() const noexcept { return task_; }
  Frame frame() const noexcept { return frame_; }
  /// Whether each line is a document of its own.
  bool is_lines() const noexcept {
    return frame_ == Frame::kJsonl || frame_ == Frame::kEventHub;
  }
  /// Whether a record is an array whose values have places, not names.
  bool is_rows() const noexcept { return frame_ == Frame::kQuery; }
  /// Whether any of the records can hold what the task looks for.
  bool has_answer() const noexcept {
    return Info(task_).fields.empty() || !members_.empty();
  }

  /// The slot of a record's member: from 0, or `kNone` or `kParent`.
  int Find(std::string_view name) const noexcept {
    return Find(members_, name);
  }
  /// The same for a member of an object that was `kParent`.
  int FindInside(std::string_view name) const noexcept {
    return Find(inner_members_, name);
  }
  /// The same for a value of a row, by its column from 0.
  int SlotOf(std::size_t column) const noexcept {
    return column < columns_.size() ? columns_[column] : kNone;
  }

  /// Says what the columns of rows are called.
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

/// Texts, so that two lots of them can be compared. Their order does not
/// matter.
struct TextDigest {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;

  /// Takes in every byte.
  void Add(std::string_view text) noexcept;
  /// Takes in the length and the last eight bytes, which costs next to nothing.
  void AddLightly(std::string_view text) noexcept;

  friend bool operator==(const TextDigest&, const TextDigest&) = default;
};

/// What a parser found. Only what the task asks for is filled in.
struct Answer {
  std::uint64_t records = 0;
  /// Lines that are no document of the frame's kind; for a frame that is one
  /// document, 1 if that is none. Nothing of such a document counts.
  std::uint64_t undecodable = 0;
  std::uint64_t lines = 0;  ///< only of parsers that read no JSON
  // kSum:
  std::uint64_t durations = 0;  ///< records that have one
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

/// How `answer` differs from `truth`, in words for a person; empty when it does
/// not. `task` says what is worth showing.
std::string AnswerDifference(Task task, const Answer& answer,
                             const Answer& truth);

/// Takes what a parser finds and keeps what the task asks for. Not for use by
/// two threads at once.
///
///   collector.BeginRecord();
///   collector.Integer(slot, 42);  // for each member that Find knows
///   collector.EndRecord();
class Collector {
 public:
  explicit Collector(const Question& question) : task_(question.task()) {}

  /// Between these stand the records of one document. One that turns out to be
  /// none is dropped, with all that was found in it.
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

  // What the question asks for, with its slot from `Question`. A slot below 0
  // must not come here. Values of other types are not what is asked for.
  void Text(int slot, std::string_view text);
  void Integer(int slot, std::int64_t value) noexcept {
    if (task_ == Task::kSum && slot == 0) AddDuration(value);
  }

  // Task::kAll: the name of every member of a record and of what is in it, and
  // every value that is neither object nor array.
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
    std::uint64_t duration_ms = 0;  // of a sum that may wrap
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
  std::vector<Failures::iterator> failed_;  // of the document
};

/// The lines of a text that hold more than blanks.
class Lines {
 public:
  explicit Lines(std::string_view text) noexcept : rest_(text) {}

  bool Next(std::string_view& line) noexcept;

 private:
  std::string_view rest_;
};

/// Hands each document of `text`, a line or the whole, to
/// `read(document, collector)`, which returns false when it cannot be decoded.
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

/// A parser that is measured. Made once for a task and asked again and again,
/// so it may keep its buffers; used by one thread.
class Parser {
 public:
  virtual ~Parser() = default;

  /// Answers the question. `kPaddingBytes` behind `text` may be read.
  virtual Answer Read(std::string_view text, const Question& question) = 0;
};

template <class Kind>
std::unique_ptr<Parser> MakeParser() {
  return std::make_unique<Kind>();
}

/// A row in the list of parsers.
struct ParserInfo {
  /// The word for it in options; that of its file.
  std::string_view name;
  /// The library, its version and which of its interfaces is used.
  std::string library;
  std::unique_ptr<Parser> (*make)();
  /// False for what reads no JSON and answers in `Answer::lines`: it can be
  /// measured on any text, whatever the task.
  bool reads_json = true;
};

/// A parser that this build has not.
struct MissingParser {
  std::string_view name;
  std::string_view library;  ///< the one that was not found
};

/// The parsers of bench/parsers/, by name.
std::vector<ParserInfo> BuiltinParsers();
std::vector<MissingParser> MissingParsers();

}  // namespace busyhour
