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

namespace busyhour::internal {

/// The commands that take options of a job, as bits of `JobOption::commands`.
enum JobCommand : std::uint16_t {
  kGenerateJob = 1,
  kLoadJob = 2,
  kDescribeJob = 4,
  kVerifyJob = 8,
  kBenchJob = 16,
  kExplainJob = 32,
  kTruthJob = 64,
  kEventsJob = 128,  ///< events and metrics
  kFindJob = 256,
};

/// Takes the error message for a value.
using RefuseValue = std::function<void(std::string message)>;

/// One option of a job: its form on the command line and in a manifest.
struct JobOption {
  Option option;
  std::uint16_t commands = 0;  ///< those that have it: bits of `JobCommand`
  /// The kind of value for messages: `a whole number above 0`.
  std::string_view kind = {};
  /// Reads the text of a numeric value. Null for other values; the number of
  /// one of `option.choices` is its index.
  std::optional<std::uint64_t> (*parse)(std::string_view text) = nullptr;
  /// Sets this number; false if it is not allowed.
  bool (*set)(std::uint64_t number, JobSpec& spec) = nullptr;
  /// Reads a value that is not a number; that of a switch is `true` or `false`.
  void (*read)(std::string_view text, JobSpec& spec,
               const RefuseValue& refuse) = nullptr;
  /// Reads a value that is not a number from a manifest. Null if the manifest
  /// contains its text, or a list of texts.
  bool (*take)(const nlohmann::json& noted, JobSpec& spec) = nullptr;
  /// Its JSON Pointer in a manifest; empty if it is not part of one.
  std::string_view member = {};
  /// Its value in a manifest; null if the job does not have one.
  nlohmann::ordered_json (*note)(const Job& job) = nullptr;
};

/// All options, in the order of the help and of the manifest.
std::span<const JobOption> JobOptions();
/// The option with this name, which must exist.
const JobOption& FindJobOption(std::string_view name);
/// The option for an extent of this kind.
const JobOption& OptionOf(Extent::Kind kind);

/// The name of the option that gave the extent, which must be set.
std::string_view ExtentOptionOf(const JobSpec& spec);

/// Reads a value from the command line into `spec`.
void ReadJobOption(const JobOption& option, std::string_view text,
                   JobSpec& spec, const RefuseValue& refuse);

/// Maximum number of worker threads. Their number is not part of a job: no
/// output depends on it.
inline constexpr int kMostThreads = 256;
/// One thread for each core, at most `kMostThreads`.
int DefaultThreads();

}  // namespace busyhour::internal
