#pragma once

#include <optional>
#include <vector>

#include "cli/bench_options.h"
#include "measure/command.h"
#include "measure/corpus.h"
#include "measure/parser.h"
#include "measure/report.h"

namespace busyhour::internal {

/// The corpus, the questions and the correct answers of a benchmark.
struct BenchCase {
  Corpus corpus;
  CorpusInfo info;
  std::vector<Question> questions;  ///< one per task
  std::vector<Answer> truths;
  Answer floor_truth;
};

/// The text that the options specify: files, or a job's records. If there are
/// commands, starts `launcher` before any large allocation. Throws with all
/// errors in the options. Removes from `wanted` the parsers that cannot read
/// the text.
BenchCase MakeBenchCase(OptionReader& options, BenchOptions& wanted,
                        std::optional<Launcher>& launcher);

}  // namespace busyhour::internal
