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

namespace busyhour {

/// What one run took.
struct Sample {
  double wall_s = 0.0;
  double cpu_s = 0.0;            ///< processor time, user and system
  std::uint64_t peak_bytes = 0;  ///< resident memory; 0 where it is not known
};

/// Something that reads a corpus and is measured at it.
class Entrant {
 public:
  virtual ~Entrant() = default;

  /// Reads the corpus once. Returns what was wrong with that, in words for a
  /// person, and nothing when all was well.
  virtual std::string Run(Sample& sample) = 0;
};

/// A parser that must find `truth` in `text`. All must outlive it.
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

/// A command that must read all of `text`. `check` says what is wrong with what
/// it wrote; it may be empty.
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

/// What is wrong with `output` as an answer to the task, in words for a person;
/// empty when it is right. A count or a sum is a whole number, failures are a
/// JSON object of counts by operation; blanks around it do not matter.
std::string OutputDifference(Task task, const std::string& output,
                             const Answer& truth);
/// Whether a command's output can answer the task.
bool CanAnswer(Task task);

/// What the rounds of one entrant came to.
struct Result {
  std::vector<Sample> samples;  ///< one a round
  /// Why it was taken out; its samples say nothing then.
  std::string failure;
};

/// How a quantity was spread over the rounds.
struct Spread {
  double median = 0.0;
  double least = 0.0;
  double most = 0.0;
  /// Median distance from the median, as a share of it.
  double deviation = 0.0;
};
/// `samples` must not be empty.
Spread SpreadOf(const std::vector<Sample>& samples, double Sample::*quantity);

/// Lets each entrant run once a round, every round beginning with another, so
/// that what slows the machine down slows them all. A round before the first is
/// not counted. Who fails takes no more part.
///
/// `on_round`, which may be empty, is told the round from 0, the uncounted one,
/// and which entrant comes next.
std::vector<Result> RunRounds(
    const std::vector<std::unique_ptr<Entrant>>& entrants, int rounds,
    const std::function<void(int round, std::size_t entrant)>& on_round);

}  // namespace busyhour
