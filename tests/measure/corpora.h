#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/run_job.h"
#include "measure/corpus.h"
#include "measure/parser.h"
#include "measure/truth.h"

// Small corpora for tests, with the correct answers.

namespace busyhour::internal {

/// A corpus of some calls, with its questions and their correct answers.
struct SmallCorpus {
  SmallCorpus(const Runs& world, const Job& asked)
      : runs(world),
        job(asked),
        corpus(Corpus::Generate(world.worlds, job, 1, MaxCorpusBytes())) {}

  Question Ask(Task task) const {
    return Question(task, job.frame, job.shape, job.logs);
  }
  Answer Truth(const Question& question) const {
    return TrueAnswer(runs.worlds, job, corpus.calls(), question);
  }

  const Runs& runs;
  const Job job;
  const Corpus corpus;
};

/// A text followed by the padding that a parser may read.
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

}  // namespace busyhour::internal
