#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/options.h"
#include "measure/parser.h"

namespace busyhour::internal {

/// The options of `busyhour bench`, without the options of the corpus.
struct BenchOptions {
  std::vector<Task> tasks;
  std::vector<ParserInfo> parsers;  ///< the floor first
  std::vector<std::string> commands;
  bool expects_answers = false;
  int rounds = 0;
  std::chrono::milliseconds limit{0};  ///< time limit of a command
  bool shows_progress = true;
};

void DeclareBench(OptionReader& options);

/// Reads the options; problems are added to `options`.
BenchOptions ReadBenchOptions(OptionReader& options);

}  // namespace busyhour::internal
