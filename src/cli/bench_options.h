#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/options.h"
#include "measure/parser.h"

namespace busyhour {

/// What `busyhour bench` was asked for, beside the text that is read.
struct BenchOptions {
  std::vector<Task> tasks;
  std::vector<ParserInfo> parsers;  ///< the floor first
  std::vector<std::string> commands;
  bool expects_answers = false;
  int rounds = 0;
  std::chrono::milliseconds limit{0};  ///< the longest that a command may take
};

void DeclareBench(OptionReader& options);

/// Reads them; what is wrong is noted in `options`.
BenchOptions ReadBenchOptions(OptionReader& options);

}  // namespace busyhour
