#include "logs/worlds.h"

#include <algorithm>

#include "logs/log.h"
#include "profile/resource_key.h"

namespace busyhour::internal {

void Worlds::Add(const Profile& profile, std::uint64_t seed, SimTime start) {
  const auto add = [&](const Profile& each) {
    worlds_.push_back(std::make_unique<World>(
        each, RunKey{ResourceKey(seed, each.resource), start}, tables_));
  };
  if (profile.resources.empty()) {
    add(profile);
  } else {
    for (const Profile& each : profile.resources) add(each);
  }
}

std::optional<std::pair<Identity, std::uint32_t>> Worlds::Decrypt(
    const Guid& guid) const noexcept {
  for (std::uint32_t i = 0; i < size(); ++i) {
    const auto identity = (*this)[i].cast.cipher().Decrypt(guid);
    if (identity) return std::pair(*identity, i);
  }
  return std::nullopt;
}

std::optional<Cast::Origin> Worlds::OriginOf(std::string_view id) const {
  for (std::uint32_t i = 0; i < size(); ++i) {
    auto origin = (*this)[i].cast.OriginOf(id);
    if (!origin) continue;
    if (origin->call) origin->call->resource = i;
    return origin;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Worlds::SameAfter(
    std::uint32_t resource) const noexcept {
  const std::uint64_t key = (*this)[resource].plan.run().key;
  for (std::uint32_t i = resource + 1; i < size(); ++i) {
    if ((*this)[i].plan.run().key == key) return i;
  }
  return std::nullopt;
}

std::vector<const Vocabulary*> Worlds::vocabularies() const {
  std::vector<const Vocabulary*> all;
  for (const auto& world : worlds_) all.push_back(&world->cast.vocabulary());
  return all;
}

std::uint32_t Worlds::HorizonMs(LogSet logs) const {
  std::uint32_t most_ms = 0;
  for (const auto& world : worlds_) {
    most_ms =
        std::max(most_ms, busyhour::internal::HorizonMs(world->plan, logs));
  }
  return most_ms;
}

}  // namespace busyhour::internal
