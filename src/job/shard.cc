#include "job/shard.h"

#include <array>
#include <cstddef>
#include <cstdlib>

#include "base/units.h"
#include "job/option.h"

namespace busyhour::internal {
namespace {

constexpr const char* kShard = "BUSYHOUR_SHARD";
constexpr const char* kCount = "BUSYHOUR_SHARDS";
constexpr const char* kSlurmIndex = "SLURM_ARRAY_TASK_ID";
constexpr const char* kSlurmLeast = "SLURM_ARRAY_TASK_MIN";
constexpr const char* kSlurmMost = "SLURM_ARRAY_TASK_MAX";
constexpr const char* kSlurmStep = "SLURM_ARRAY_TASK_STEP";

// A program that numbers the runs that it starts.
struct Starter {
  const char* index;  // the variable with the number
  std::uint64_t first;
};
constexpr std::array kStarters = {
    Starter{"JOB_COMPLETION_INDEX", 0},  // Kubernetes
    Starter{"PARALLEL_SEQ", 1},          // GNU parallel
};

std::optional<std::uint64_t> NumberIn(const Environment& environment,
                                      const char* name) {
  const char* const value = environment(name);
  return value == nullptr ? std::nullopt : ParseUnsigned(value);
}

std::string Setting(const Environment& environment, const char* name) {
  const char* const value = environment(name);
  return std::string(name) +
         (value == nullptr ? " is not set" : "=" + std::string(value));
}

// The tasks of an array are numbered from a first one to a last one in steps.
std::optional<Shard> ShardOfSlurm(const Environment& environment,
                                  std::string& trouble) {
  const auto index = NumberIn(environment, kSlurmIndex);
  const auto least = NumberIn(environment, kSlurmLeast);
  const auto most = NumberIn(environment, kSlurmMost);
  const auto step = NumberIn(environment, kSlurmStep);
  const auto count = NumberIn(environment, "SLURM_ARRAY_TASK_COUNT");
  if (index && least && most && step && count && *step > 0 &&
      *least <= *index && *index <= *most && (*index - *least) % *step == 0 &&
      (*most - *least) / *step + 1 == *count) {
    const auto shard = ShardOf((*index - *least) / *step, *count);
    if (shard) return shard;
  }
  trouble = "the tasks of the Slurm array are not numbered in equal steps (" +
            Setting(environment, kSlurmIndex) + ", " +
            Setting(environment, kSlurmLeast) + ", " +
            Setting(environment, kSlurmMost) + "); set BUSYHOUR_SHARD=K/N";
  return std::nullopt;
}

std::optional<Shard> ShardOfStarter(const Environment& environment,
                                    const Starter& starter,
                                    std::string& trouble) {
  const auto index = NumberIn(environment, starter.index);
  const auto count = NumberIn(environment, kCount);
  if (index && count && *index >= starter.first) {
    const auto shard = ShardOf(*index - starter.first, *count);
    if (shard) return shard;
  }
  trouble = Setting(environment, starter.index) +
            " needs the number of runs, " + Setting(environment, kCount);
  return std::nullopt;
}

}  // namespace

std::optional<Shard> ShardOf(std::uint64_t index,
                             std::uint64_t count) noexcept {
  if (count > kMostShards || index >= count) return std::nullopt;
  return Shard{static_cast<std::uint32_t>(index),
               static_cast<std::uint32_t>(count)};
}

std::optional<Shard> ParseShard(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto index = ParseUnsigned(text.substr(0, slash));
  const auto count = ParseUnsigned(text.substr(slash + 1));
  return index && count ? ShardOf(*index, *count) : std::nullopt;
}

std::optional<Shard> ShardOfEnvironment(const Environment& environment,
                                        std::string& trouble) {
  if (const char* const value = environment(kShard); value != nullptr) {
    const auto shard = ParseShard(value);
    if (!shard) {
      trouble =
          Setting(environment, kShard) +
          " is not a part K/N with K from 0 to N-1 and N up to 1,000,000, "
          "such as 0/4";
    }
    return shard;
  }
  std::string found;
  const Starter* of = nullptr;
  const bool in_slurm = environment(kSlurmIndex) != nullptr;
  std::size_t starters = in_slurm ? 1 : 0;
  if (in_slurm) found = kSlurmIndex;
  for (const Starter& starter : kStarters) {
    if (environment(starter.index) == nullptr) continue;
    found += (found.empty() ? "" : " and ") + std::string(starter.index);
    of = &starter;
    ++starters;
  }
  if (starters > 1) {
    trouble = found + " are set; say which by BUSYHOUR_SHARD=K/N";
    return std::nullopt;
  }
  if (in_slurm) return ShardOfSlurm(environment, trouble);
  if (of != nullptr) return ShardOfStarter(environment, *of, trouble);
  trouble =
      "finds no number of this run: set BUSYHOUR_SHARD=K/N, or start it in a "
      "Slurm array, or with BUSYHOUR_SHARDS=N in an Indexed Job of Kubernetes "
      "or by GNU parallel";
  return std::nullopt;
}

std::optional<Shard> ShardNamed(std::string_view text, std::string& trouble) {
  if (text == "auto") {
    return ShardOfEnvironment(
        [](const char* name) -> const char* { return std::getenv(name); },
        trouble);
  }
  const std::optional<Shard> shard = ParseShard(text);
  if (!shard) {
    trouble = NotA(text,
                   "auto or a part K/N with K from 0 to N-1 and N up to "
                   "1,000,000, such as 0/4");
  }
  return shard;
}

}  // namespace busyhour::internal
