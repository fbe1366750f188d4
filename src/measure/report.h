#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "measure/parser.h"
#include "measure/rounds.h"

namespace busyhour::internal {

/// The text on which all parsers and commands were measured.
struct CorpusInfo {
  std::string source;  ///< a profile and seed, or files
  std::string_view shape;
  std::string_view frame;
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  /// Number of invalid documents; 0 for a text generated without faults.
  std::uint64_t undecodable = 0;
  /// The source of the correct answers.
  std::string truth;
};

/// A parser or command and its result.
struct Row {
  std::string name;       ///< of the parser, or the command itself
  std::string_view kind;  ///< `floor`, `parser` or `command`
  std::string library;    ///< empty for a command
  Result result;
};

/// The rows of one task. The first row is the floor.
struct TaskReport {
  Task task = Task::kCount;
  std::vector<Row> rows;
};

/// The computed figures of a row.
struct Figures {
  Spread wall;  ///< seconds
  Spread cpu;   ///< seconds
  double bytes_per_s = 0.0;
  double records_per_s = 0.0;
  double ns_per_record = 0.0;
  double times_floor = 0.0;  ///< time as a multiple of the floor's time
  std::uint64_t peak_bytes = 0;
};
/// The figures of a row; nothing if it failed.
std::optional<Figures> FiguresOf(const Row& row, const Row& floor,
                                 const CorpusInfo& corpus);

/// All results as JSON.
std::string ReportJson(const CorpusInfo& corpus, int rounds,
                       std::span<const TaskReport> reports);
/// All results as CSV: a header and one line per row.
std::string ReportCsv(const CorpusInfo& corpus,
                      std::span<const TaskReport> reports);

}  // namespace busyhour::internal
