#pragma once

#include "measure/report.h"

// The text output of `bench`.

namespace busyhour::internal {

/// Shows the corpus of the parsers, and the reference for their answers.
void ShowCorpus(const CorpusInfo& corpus);

/// Shows the results of one task.
void ShowTask(const CorpusInfo& corpus, int rounds, const TaskReport& report);

}  // namespace busyhour::internal
