#include "verify/caller_index.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace busyhour::internal {
namespace {

constexpr std::uint32_t kGroup = 64;

std::uint64_t BitOfSecond(std::uint64_t second) noexcept {
  return std::uint64_t{1} << second % 64;
}

}  // namespace

std::size_t CallerIndex::bytes() const noexcept {
  return blocks_.capacity() * sizeof(Block) +
         slots_.capacity() * sizeof(std::uint32_t) +
         counts_.capacity() * sizeof(std::uint16_t) +
         groups_.capacity() * sizeof(std::uint64_t);
}

std::optional<std::size_t> CallerIndex::SlotOf(
    std::uint64_t second) const noexcept {
  const std::uint64_t index = second / 64;
  if (index >= blocks_.size()) return std::nullopt;
  const Block& block = blocks_[index];
  if ((block.has_calls & BitOfSecond(second)) == 0) return std::nullopt;
  return block.first_slot + static_cast<std::size_t>(std::popcount(
                                block.has_calls & (BitOfSecond(second) - 1)));
}

std::uint32_t CallerIndex::EndOf(std::size_t slot) const noexcept {
  return slot + 1 < slots_.size() ? slots_[slot + 1]
                                  : static_cast<std::uint32_t>(counts_.size());
}

std::uint32_t CallerIndex::RankOf(CallKey key) const noexcept {
  if (shard_.count == 1) return key.number();
  const auto first = static_cast<std::uint32_t>(
      (shard_.index + shard_.count - key.slot % shard_.count) % shard_.count);
  return (key.number() - first) / shard_.count;
}

std::optional<CallerIndex::Place> CallerIndex::Find(
    CallKey key) const noexcept {
  if (key.slot < first_slot_) return std::nullopt;
  const std::optional<std::size_t> slot = SlotOf(key.slot - first_slot_);
  if (!slot) return std::nullopt;
  const std::uint32_t number = slots_[*slot] + RankOf(key);
  if (number >= EndOf(*slot) || counts_[number] == 0) return std::nullopt;
  Place place{groups_[number / kGroup], counts_[number]};
  for (std::uint32_t i = number / kGroup * kGroup; i < number; ++i) {
    place.first += counts_[i];
  }
  return place;
}

std::optional<CallKey> CallerIndex::From(CallKey key,
                                         std::uint64_t end) const noexcept {
  if (key.slot < first_slot_) key = {first_slot_, 0, key.resource};
  end = std::min(end, first_slot_ + blocks_.size() * 64);
  for (; key.slot < end; ++key.slot, key.ordinal = 0) {
    const std::optional<std::size_t> slot = SlotOf(key.slot - first_slot_);
    if (!slot) continue;
    const std::uint32_t calls = EndOf(*slot) - slots_[*slot];
    // Ordinals of the shard's calls are `count` apart.
    for (; key.ordinal < kMaxCallsPerSlot; ++key.ordinal) {
      if (!shard_.Has(key)) continue;
      if (RankOf(key) >= calls) break;
      if (Find(key)) return key;
    }
  }
  return std::nullopt;
}

void CallerIndex::Add(CallKey key, std::size_t records) {
  const std::uint64_t second = key.slot - first_slot_;
  while (blocks_.size() <= second / 64) blocks_.push_back({0, slots_.size()});
  Block& block = blocks_.back();
  if ((block.has_calls & BitOfSecond(second)) == 0) {
    block.has_calls |= BitOfSecond(second);
    slots_.push_back(static_cast<std::uint32_t>(counts_.size()));
  }
  // Earlier callers of the slot who left no records.
  const std::size_t number = slots_.back() + RankOf(key);
  while (counts_.size() <= number) AddCaller();
  if (counts_.back() + records > 0xffffu) {
    throw std::length_error("a caller has more records than can be verified");
  }
  counts_.back() = static_cast<std::uint16_t>(counts_.back() + records);
  records_ += records;
}

void CallerIndex::AddCaller() {
  if (counts_.size() == 0xffffffffu) {
    throw std::length_error("the job has more calls than can be verified");
  }
  if (counts_.size() % kGroup == 0) groups_.push_back(records_);
  counts_.push_back(0);
}

}  // namespace busyhour::internal
