#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "busyhour/error.h"
#include "profile/profile.h"
#include "run/job.h"

namespace busyhour {

/// A job as a person states it: each part as its option's text, where given.
struct JobWords {
  std::optional<std::string> seed;
  std::optional<std::string> start;
  std::optional<std::string> duration;
  std::optional<std::string> calls;
  std::optional<std::string> records;
  std::optional<std::string> bytes;
  std::optional<std::string> shard;
  std::optional<std::string> logs;
  std::optional<std::string> shape;
  std::optional<std::string> frame;
  std::optional<std::string> batch_bytes;
  std::optional<std::string> compress;
  std::optional<std::string> layout;
  std::optional<std::string> rotate;
  std::optional<std::string> threads;
  /// Added to those of the profile.
  std::vector<std::string> faults;
};

/// The parts of a list with commas between, at least one; parts may be empty.
std::vector<std::string> SplitAtCommas(const std::string& text);

/// The number of threads to work with when nothing is said: one a core.
int DefaultThreads();

/// Reads the words; what they leave open is as in the profile. Whatever is
/// wrong with them is added to `problems`, and the job must not be used then.
Job ReadJob(const JobWords& words, const Profile& profile,
            std::vector<Problem>& problems);

/// Reads `words.threads`.
int ReadThreads(const JobWords& words, std::vector<Problem>& problems);

/// Adds what stands against a frame with the job's shape and `logs` in one
/// stream.
void CheckFrame(const Job& job, std::size_t logs,
                std::vector<Problem>& problems);

}  // namespace busyhour
