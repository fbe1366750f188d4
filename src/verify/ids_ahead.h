#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "encode/shape.h"
#include "logs/log.h"
#include "read/input_window.h"
#include "verify/own_id.h"
#include "verify/shared_calls.h"

namespace busyhour::internal {

/// The next place from `p` on where a record may begin, according to the byte
/// before it; null if there is none. The byte before `p` must be readable.
const char* NextRecordStart(const char* p, const char* end) noexcept;

/// Finds the ids of the next records of an input before they are needed, and
/// prefetches their calls: records of a call are far apart in a log, so its
/// memory is seldom in the cache. What it has found does not affect the result.
/// For one thread.
class IdsAhead {
 public:
  /// Both must outlive it.
  IdsAhead(OwnIdFinder& finder, SharedCalls& calls)
      : finder_(finder), calls_(calls) {}

  /// Starts another input.
  void BeginInput();
  /// The id of the record that begins here, if it was found ahead. The
  /// following records probably have this shape and are of this log.
  std::optional<KnownId> Take(const RecordStart& start, LogType log,
                              Shape shape);

 private:
  // The calls of the next `kAhead` records are prefetched, those of the next
  // `kNear` ones with the record.
  static constexpr std::size_t kAhead = 16;
  static constexpr std::size_t kNear = 8;
  static constexpr std::uint64_t kNone =
      std::numeric_limits<std::uint64_t>::max();

  struct Place {
    std::uint64_t offset = 0;
    KnownId id;
  };
  Place& At(std::size_t i) noexcept { return ring_[(first_ + i) % kAhead]; }
  void Drop() noexcept {
    first_ = (first_ + 1) % kAhead;
    --count_;
  }
  void LookAhead(const RecordStart& start, LogType log, Shape shape);
  void Add(std::uint64_t offset, std::string_view text, LogType log,
           Shape shape);

  OwnIdFinder& finder_;
  SharedCalls& calls_;
  std::array<Place, kAhead> ring_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  // The input was searched for starts of records up to here.
  std::uint64_t searched_ = 0;
  // The last start, whose record ends at the next one.
  std::uint64_t open_ = kNone;
};

}  // namespace busyhour::internal
