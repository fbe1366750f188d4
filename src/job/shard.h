#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/call_key.h"

namespace busyhour::internal {

/// One of several parts of a run that can be made independently. Every call
/// belongs to exactly one part; the calls of a caller who calls again belong to
/// the same part.
struct Shard {
  std::uint32_t index = 0;  ///< from 0
  std::uint32_t count = 1;

  bool Has(CallKey call) const noexcept {
    return IndexOf(call, count) == index;
  }
  /// How many numbers after that of `call` the next call of this part is, in
  /// the same slot; 0 if `call` is of this part.
  std::uint32_t DistanceFrom(CallKey call) const noexcept {
    return static_cast<std::uint32_t>((index + count - IndexOf(call, count)) %
                                      count);
  }
  /// The index of the call's part among this number of parts.
  static std::uint64_t IndexOf(CallKey call, std::uint32_t count) noexcept {
    return (call.slot + call.number()) % count;
  }
};

/// The maximum of `Shard::count`.
inline constexpr std::uint64_t kMostShards = 1'000'000;

/// Nothing if `index` is not below `count`, or `count` is too large.
std::optional<Shard> ShardOf(std::uint64_t index, std::uint64_t count) noexcept;

/// Reads `K/N`.
std::optional<Shard> ParseShard(std::string_view text) noexcept;

/// The value of a variable of the environment; null if it is not set.
using Environment = std::function<const char*(const char* name)>;

/// The shard that the environment assigns: that of `BUSYHOUR_SHARD`, or that of
/// the program that started the run. Sources: Slurm, sbatch(1), "OUTPUT
/// ENVIRONMENT VARIABLES"; Kubernetes, "Indexed Job for Parallel Processing";
/// GNU parallel, parallel(1), "ENVIRONMENT VARIABLES". Returns nothing and sets
/// `trouble` if there is none.
std::optional<Shard> ShardOfEnvironment(const Environment& environment,
                                        std::string& trouble);

/// Reads `K/N`, or `auto` for the shard that the environment of this process
/// assigns. Returns nothing and sets `trouble` if there is none.
std::optional<Shard> ShardNamed(std::string_view text, std::string& trouble);

}  // namespace busyhour::internal
