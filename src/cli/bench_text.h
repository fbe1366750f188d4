#pragma once

#include "measure/report.h"

// What `bench` says to a person, on standard output.

namespace busyhour {

/// What the parsers read, and who says what is right.
void ShowCorpus(const CorpusInfo& corpus);

/// What each came to at one task.
void ShowTask(const CorpusInfo& corpus, int rounds, const TaskReport& report);

}  // namespace busyhour
