#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "measure/command.h"
#include "measure/parser.h"

namespace busyhour::internal {

/// The cost of one run.
struct Sample {
  double wall_s = 0.0;
  double cpu_s = 0.0;            ///< processor time, user and system
  std::uint64_t peak_bytes = 0;  ///< resident memory; 0 if unknown
};

/// A reader of a corpus that can be measured.
class Entrant {
 public:
  virtual ~Entrant() = default;

  /// Reads the corpus once. Returns the error in words for a person, or an
  /// empty string if there was none.
  virtual std::string Run(Sample& sample) = 0;
};

/// A parser that must find `truth` in `text`. All arguments must outlive it.
class ParserEntrant : public Entrant {
 public:
  ParserEntrant(std::unique_ptr<Parser> parser, std::string_view text,
                const Question& question, const Answer& truth)
      : parser_(std::move(parser)),
        text_(text),
        question_(question),
        truth_(truth) {}

  std::string Run(Sample& sample) override;

 private:
  std::unique_ptr<Parser> parser_;
  std::string_view text_;
  const Question& question_;
  const Answer& truth_;
};

/// A command that must read all of `text`. `check` returns the error in the
/// command's output, and may be empty.
class CommandEntrant : public Entrant {
 public:
  CommandEntrant(Launcher& launcher, std::string command, std::string_view text,
                 std::chrono::milliseconds limit,
                 std::function<std::string(const std::string&)> check)
      : launcher_(launcher),
        command_(std::move(command)),
        text_(text),
        limit_(limit),
        check_(std::move(check)) {}

  std::string Run(Sample& sample) override;

 private:
  Launcher& launcher_;
  std::string command_;
  std::string_view text_;
  std::chrono::milliseconds limit_;
  std::function<std::string(const std::string&)> check_;
};

/// The error in `output` as an answer to the task, in words for a person; empty
/// if the output is correct. A count or a sum is a whole number, failures are a
/// JSON object of counts by operation. Surrounding white space is ignored.
std::string OutputDifference(Task task, const std::string& output,
                             const Answer& truth);
/// Whether a command's output can answer the task.
bool CanAnswer(Task task);

/// The result of all rounds of an entrant.
struct Result {
  std::vector<Sample> samples;  ///< one per round
  /// The reason why the entrant was removed. If not empty, the samples are not
  /// valid.
  std::string failure;
};

/// The distribution of a quantity over the rounds.
struct Spread {
  double median = 0.0;
  double least = 0.0;
  double most = 0.0;
  /// Median distance from the median, as a share of it.
  double deviation = 0.0;
};
/// `samples` must not be empty.
Spread SpreadOf(const std::vector<Sample>& samples, double Sample::*quantity);

/// Runs each entrant once per round. Every round begins with a different
/// entrant, so that a slowdown of the machine affects all of them. A warm-up
/// round comes first and is not counted. An entrant that fails is not run
/// again.
///
/// `on_round` may be empty. Its arguments are the round, where 0 is the warm-up
/// round, and the index of the next entrant.
std::vector<Result> RunRounds(
    const std::vector<std::unique_ptr<Entrant>>& entrants, int rounds,
    const std::function<void(int round, std::size_t entrant)>& on_round);

}  // namespace busyhour::internal
