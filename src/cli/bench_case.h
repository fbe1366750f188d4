#pragma once

#include <optional>
#include <vector>

#include "cli/bench_options.h"
#include "measure/command.h"
#include "measure/corpus.h"
#include "measure/parser.h"
#include "measure/report.h"

namespace busyhour {

/// The corpus of the parsers, and the questions.
struct BenchCase {
  Corpus corpus;
  CorpusInfo info;
  std::vector<Question> questions;  ///< by the tasks
  std::vector<Answer> truths;
  Answer floor_truth;
};

/// The text that the options name: files, or a job's records. Starts `launcher`
/// where there are commands, before anything large. Throws with all that is
/// wrong with the options; parsers that cannot read the text are taken out of
/// `wanted`.
BenchCase MakeBenchCase(OptionReader& options, BenchOptions& wanted,
                        std::optional<Launcher>& launcher);

}  // namespace busyhour
