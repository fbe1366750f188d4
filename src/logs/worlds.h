#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guid.h"
#include "base/time.h"
#include "logs/cast.h"
#include "logs/record.h"
#include "logs/vocabulary.h"
#include "profile/profile.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// A resource of a job, compiled.
struct World {
  World(const Profile& profile, const RunKey& run, DistributionTables& tables)
      : plan(profile, run, &tables), cast(plan, run.key) {}

  const Plan plan;
  const Cast cast;
};

/// The resources of a job, by `CallKey::resource`. Each has its own profile and
/// its own key, so that they share no call and no id.
///
/// Constant after construction: any number of threads may share it.
class Worlds {
 public:
  Worlds() = default;
  /// The resources of `profile`, for a job with this seed and start.
  Worlds(const Profile& profile, std::uint64_t seed, SimTime start) {
    Add(profile, seed, start);
  }
  /// Adds those of another job. There must be at most `kMostResources`.
  void Add(const Profile& profile, std::uint64_t seed, SimTime start);

  std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(worlds_.size());
  }
  const World& operator[](std::uint32_t resource) const noexcept {
    return *worlds_[resource];
  }
  const Plan& PlanOf(CallKey call) const noexcept {
    return (*this)[call.resource].plan;
  }
  const Cast& CastOf(CallKey call) const noexcept {
    return (*this)[call.resource].cast;
  }
  const Cast& CastOf(const Record& record) const noexcept {
    return (*this)[record.resource()].cast;
  }

  /// What an id stands for, and the first resource whose id it is; nothing for
  /// an id of none of them.
  std::optional<std::pair<Identity, std::uint32_t>> Decrypt(
      const Guid& guid) const noexcept;
  /// As `Cast::OriginOf`, with the resource in the call's key.
  std::optional<Cast::Origin> OriginOf(std::string_view id) const;

  /// The next resource with the same ids, of another job; nothing if there is
  /// none.
  std::optional<std::uint32_t> SameAfter(std::uint32_t resource) const noexcept;

  /// The words of all resources, by number.
  std::vector<const Vocabulary*> vocabularies() const;
  /// The maximum of `HorizonMs` over all resources.
  std::uint32_t HorizonMs(LogSet logs) const;

 private:
  // Resources with the same settings share their tables.
  DistributionTables tables_;
  std::vector<std::unique_ptr<const World>> worlds_;
};

}  // namespace busyhour::internal
