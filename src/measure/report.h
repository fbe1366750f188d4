#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "measure/parser.h"
#include "measure/rounds.h"

namespace busyhour {

/// What all that was measured has read.
struct CorpusInfo {
  std::string source;  ///< a profile and seed, or files
  std::string_view shape;
  std::string_view frame;
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  /// Documents that are none; 0 for what was generated without faults.
  std::uint64_t undecodable = 0;
  /// Who says what the right answers are.
  std::string truth;
};

/// A parser or command, and what it came to.
struct Row {
  std::string name;       ///< the parser's, or the command
  std::string_view kind;  ///< `floor`, `parser` or `command`
  std::string library;    ///< of a command nothing
  Result result;
};

/// One task's rows. The first is the floor.
struct TaskReport {
  Task task = Task::kCount;
  std::vector<Row> rows;
};

/// What a row comes to.
struct Figures {
  Spread wall;  ///< seconds
  Spread cpu;   ///< seconds
  double bytes_per_s = 0.0;
  double records_per_s = 0.0;
  double ns_per_record = 0.0;
  double times_floor = 0.0;  ///< its time as a multiple of the floor's
  std::uint64_t peak_bytes = 0;
};
/// Nothing for a row that failed.
std::optional<Figures> FiguresOf(const Row& row, const Row& floor,
                                 const CorpusInfo& corpus);

/// For a program: everything, as JSON.
std::string ReportJson(const CorpusInfo& corpus, int rounds,
                       std::span<const TaskReport> reports);
/// For a table: one line a row, below a header.
std::string ReportCsv(const CorpusInfo& corpus,
                      std::span<const TaskReport> reports);

}  // namespace busyhour
