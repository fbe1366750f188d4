#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "job/job_spec.h"
#include "job/option.h"

// The table of the options that make up a job: help, reading a command line,
// and writing and reading a manifest go through it.

namespace busyhour {

/// The commands that take options of a job, as bits of `JobOption::commands`.
enum JobCommand : std::uint8_t {
  kGenerateJob = 1,
  kLoadJob = 2,
  kDescribeJob = 4,
  kVerifyJob = 8,
  kBenchJob = 16,
  kExplainJob = 32,
};

/// Takes what is wrong with a value.
using RefuseValue = std::function<void(std::string message)>;

/// One option of a job: how it is given, and how a manifest notes it.
struct JobOption {
  Option option;
  std::uint8_t commands = 0;  ///< those that have it: bits of `JobCommand`
  /// What a value must be, `a whole number above 0`, for messages.
  std::string_view kind = {};
  /// For a value that is one number: reads its text. Null for other values; for
  /// one of `option.choices` its index is the number.
  std::optional<std::uint64_t> (*parse)(std::string_view text) = nullptr;
  /// Sets that number; false when it may not be.
  bool (*set)(std::uint64_t number, JobSpec& spec) = nullptr;
  /// Reads a value that is no one number.
  void (*read)(std::string_view text, JobSpec& spec,
               const RefuseValue& refuse) = nullptr;
  /// Reads such a value as a manifest notes it; null where that is its text, or
  /// a list of texts.
  bool (*take)(const nlohmann::json& noted, JobSpec& spec) = nullptr;
  /// Where a manifest notes it, as a JSON Pointer; empty for nowhere.
  std::string_view member = {};
  /// What a manifest notes; null where the job leaves it out.
  nlohmann::ordered_json (*note)(const Job& job) = nullptr;
};

/// In the order in which the help shows them and a manifest notes them.
std::span<const JobOption> JobOptions();
/// The one of that name, which must be there.
const JobOption& FindJobOption(std::string_view name);
/// The option that states an extent of this kind.
const JobOption& OptionOf(Extent::Kind kind);

/// Reads a value as a person gives it into `spec`.
void ReadJobOption(const JobOption& option, std::string_view text,
                   JobSpec& spec, const RefuseValue& refuse);

/// Most worker threads. They are no part of a job: nothing that is written
/// depends on them.
inline constexpr int kMostThreads = 256;
/// One for each core.
int DefaultThreads();

}  // namespace busyhour
