#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/cache.h"
#include "base/call_key.h"
#include "base/huge_pages.h"
#include "logs/worlds.h"
#include "verify/record_list.h"
#include "verify/sent_call.h"

namespace busyhour::internal {

/// The calls that records are compared with, so that each is simulated once for
/// all threads. Keeps the last ones. For any number of threads.
class SharedCalls {
 public:
  /// Keeps at most this number of calls, a power of two. `worlds` must outlive
  /// it.
  SharedCalls(const Worlds& worlds, std::size_t calls)
      : worlds_(worlds), slots_(calls) {}

  /// Calls `use(call)` with the call that has this key, and with the same call
  /// of resources with the same ids in other jobs, as far as they were sent,
  /// until it returns true. No other thread uses the call meanwhile. `maker`
  /// belongs to the calling thread.
  template <class Use>
  void With(CallKey key, CallMaker& maker, const Use& use) {
    std::optional<std::uint32_t> resource = key.resource;
    while (resource) {
      key.resource = *resource;
      Slot& slot = SlotOf(key);
      const std::lock_guard lock(slot.mutex);
      if (slot.call.key != key && !maker.Make(key, slot.call)) {
        slot.call.key = kNoCall;
      }
      if (slot.call.key == key && use(slot.call)) return;
      resource = worlds_.SameAfter(*resource);
    }
  }

  /// Whether they are too many for a core's cache, so that to prefetch them is
  /// worth its time.
  bool outgrow_cache() const noexcept {
    constexpr std::size_t kCacheBytes = 2 << 20;  // our assumption
    return slots_.size() * sizeof(Slot) > kCacheBytes;
  }
  /// Prefetches what is read of a call to find a record. Always inlined: GCC 12
  /// takes a function that only prefetches for one without effect, and removes
  /// the calls.
  [[gnu::always_inline]] void Prefetch(CallKey key) noexcept {
    const auto* const at = reinterpret_cast<const char*>(&SlotOf(key));
    for (std::size_t i = 0; i < kBytesToFind; i += kCacheLine) {
      __builtin_prefetch(at + i);
    }
  }
  /// Prefetches the first record of a call with this id, unless another thread
  /// uses the call. Call this when `Prefetch` has had its effect.
  void PrefetchRecord(CallKey key, OwnId id) noexcept {
    Slot& slot = SlotOf(key);
    const std::unique_lock lock(slot.mutex, std::try_to_lock);
    if (!lock || slot.call.key != key) return;
    const RecordList& records = slot.call.records;
    const auto* const at =
        reinterpret_cast<const char*>(records.data() + records.Find(id, 0));
    __builtin_prefetch(at);
    __builtin_prefetch(at + sizeof(Record) - 1);  // it may lie in two lines
  }

 private:
  struct Slot {
    std::mutex mutex;
    SentCall call;
  };
  static constexpr std::size_t kBytesToFind =
      kCacheLine + SentCall::bytes_to_find();

  Slot& SlotOf(CallKey key) noexcept {
    return slots_[key.Hash() & (slots_.size() - 1)];
  }

  const Worlds& worlds_;
  // Read in random order.
  std::vector<Slot, HugePages<Slot>> slots_;
};

}  // namespace busyhour::internal
