#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/call_key.h"
#include "logs/worlds.h"
#include "verify/sent_call.h"

namespace busyhour::internal {

/// The calls that records are compared with, so that each is simulated once for
/// all threads. Keeps the last ones. For any number of threads.
class SharedCalls {
 public:
  /// Keeps at most this number of calls, a power of two. `worlds` must outlive
  /// it.
  SharedCalls(const Worlds& worlds, std::size_t calls)
      : worlds_(worlds), size_(calls), slots_(new Slot[calls]) {}

  /// Calls `use(call)` with the call that has this key, or the same call of a
  /// resource with the same ids in another job. No other thread uses the call
  /// meanwhile. Does nothing if neither was sent. `maker` belongs to the
  /// calling thread.
  template <class Use>
  void With(CallKey key, CallMaker& maker, const Use& use) {
    std::optional<std::uint32_t> resource = key.resource;
    while (resource) {
      key.resource = *resource;
      Slot& slot = slots_[key.Hash() & (size_ - 1)];
      const std::lock_guard lock(slot.mutex);
      if (slot.key != key) {
        slot.key.reset();
        if (maker.Make(key, slot.call)) slot.key = key;
      }
      if (slot.key) {
        use(slot.call);
        return;
      }
      resource = worlds_.SameAfter(*resource);
    }
  }

 private:
  struct Slot {
    std::mutex mutex;
    std::optional<CallKey> key;  // of the call
    SentCall call;
  };

  const Worlds& worlds_;
  std::size_t size_;
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace busyhour::internal
