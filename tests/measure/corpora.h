#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/run_job.h"
#include "measure/corpus.h"
#include "measure/parser.h"
#include "measure/truth.h"

// Small corpora in a test, with what is true of them.

namespace busyhour {

/// What a run of some calls left, and all that is needed to ask about it.
struct SmallCorpus {
  SmallCorpus(const Runs& world, const Job& asked)
      : runs(world),
        job(asked),
        corpus(Corpus::Generate(world.plan, world.cast, job, 1,
                                MaxCorpusBytes())) {}

  Question Ask(Task task) const {
    return Question(task, job.frame, job.shape, job.logs);
  }
  Answer Truth(const Question& question) const {
    return TrueAnswer(runs.plan, runs.cast, job, corpus.calls(), question);
  }

  const Runs& runs;
  const Job job;
  const Corpus corpus;
};

/// A text with what a parser may read behind it.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text)
      : bytes_(text.size()), buffer_(text) {
    buffer_.append(kPaddingBytes, '\0');
  }
  std::string_view text() const {
    return std::string_view(buffer_).substr(0, bytes_);
  }

 private:
  std::size_t bytes_;
  std::string buffer_;
};

}  // namespace busyhour
