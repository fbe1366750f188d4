#include "engine/record_feed.h"

namespace busyhour::internal {
namespace {

// Only extents of bytes encode records, and these may use images again.
constexpr std::size_t kFewImages = 1024;

}  // namespace

bool RecordFeed::More() {
  if (due_.HasBefore(calls_.complete_slot()) ||
      (!has_calls_ && due_.HasNext())) {
    due_.TakeNext();
    return true;
  }
  if (has_calls_) {
    has_calls_ = SimulateCalls();
    return has_calls_ || calls_.WhyNotReached().empty();
  }
  if (!has_ended_) due_.TakeHeld();
  has_ended_ = true;
  return false;
}

// Adds the records of the next portion of calls. False if there are no more
// calls.
bool RecordFeed::SimulateCalls() {
  // Records of consecutive calls are contiguous, so they are added together.
  const Record* begin = nullptr;
  const Record* end = nullptr;
  const bool more = calls_.Next(
      [&](std::span<const Record> records, const FaultCounts* faults) {
        ++tally_.calls;
        for (std::size_t i = 0; faults != nullptr && i < kFaultKindCount; ++i) {
          tally_.faults[i] += (*faults)[i];
        }
        if (records.data() != end) {
          if (begin != end) due_.Add({begin, end});
          begin = records.data();
        }
        end = records.data() + records.size();
      });
  if (begin != end) due_.Add({begin, end});
  return more;
}

std::string RecordFeed::WhyNotReached() const {
  std::string why = calls_.WhyNotReached();
  if (why.empty() && due_.is_skipping()) {
    why = "cannot resume: the manifest has more records than the job";
  }
  return why;
}

JobRecords::JobRecords(const Worlds& worlds, const Job& job, int threads)
    : encoder_(worlds.vocabularies(), job.shape, RowsOf(job), job.logs),
      faults_(worlds, job),
      context_{.worlds = &worlds,
               .encoder = &encoder_,
               .job = &job,
               .rows = RowsOf(job),
               .routes = Routes(worlds.size()),
               .workspaces = &workspaces_,
               .faults = faults_.empty() ? nullptr : &faults_},
      pool_(threads) {
  for (int worker = 0; worker < threads; ++worker) {
    workspaces_.emplace_back(worlds, encoder_, job, kFewImages);
  }
  feed_.emplace(context_, faults_, pool_, WindowOf(threads), tally_);
}

}  // namespace busyhour::internal
