#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/event_feed.h"
#include "events/event_json.h"
#include "job/job.h"
#include "load/batcher.h"
#include "load/lookahead.h"
#include "load/pace.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// Callback events -> batches, with the times at which they are due. A batch is
/// one request as Azure posts it: an array of one event.
///
/// The batches depend only on the job and the pace.
class EventBatcher {
 public:
  /// Events that are due at `end` or later are left out. All references must
  /// outlive the batcher.
  EventBatcher(const Worlds& worlds, const Job& job, PaceUnit unit, Pace pace,
               Nanos end, Lookahead& lookahead);

  /// Makes the batches until the job or the run ends, or `stop` is set. Whether
  /// all of the job was made.
  bool Run(const std::atomic<bool>& stop);
  /// Number of events so far.
  std::uint64_t events() const noexcept { return events_; }
  /// When the first event that was left out is due; `kNever` if there is none.
  Nanos next_due() const noexcept { return next_due_; }

 private:
  void Add(CallKey call, std::uint32_t flow, const CallEvent& event);
  Nanos DueOf(SimTime at, const CallEvent& event, std::size_t bytes);

  const Worlds& worlds_;
  const Job job_;
  const EventJson json_;
  const PaceUnit unit_;
  Pace pace_;
  const Nanos end_;
  Lookahead& lookahead_;
  bool ended_ = false;
  Nanos next_due_ = kNever;
  std::uint64_t events_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t batches_ = 0;
};

}  // namespace busyhour::internal
