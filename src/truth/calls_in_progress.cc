#include "truth/calls_in_progress.h"

#include <algorithm>
#include <optional>

#include "base/time.h"
#include "logs/usage.h"

namespace busyhour::internal {
namespace {

// The first beginning of a bucket that is not earlier.
std::int64_t NextBucket(SimTime time, std::int64_t bucket_ms) {
  return (time.ms + bucket_ms - 1) / bucket_ms * bucket_ms;
}

}  // namespace

void CallsInProgress::AddCall(std::span<const Record> records) {
  std::optional<SimTime> first;
  SimTime last;
  for (const Record& record : records) {
    if (record.log() != LogType::kUsage) continue;
    const auto used = record.As<UsagePayload>();
    const SimTime joined = record.At(used.joined_ms);
    const SimTime left = record.At(used.left_ms);
    if (!first || joined.ms < first->ms) first = joined;
    if (left.ms > last.ms) last = left;
  }
  if (!first) return;
  ++changes_[NextBucket(*first, bucket_ms_)];
  --changes_[NextBucket(last, bucket_ms_)];
}

AnswerTable CallsInProgress::Finish() const {
  AnswerTable answer{"calls_in_progress",
                     "calls in progress: calls connected at that time",
                     false,
                     {"time", "calls"},
                     {}};
  std::int64_t calls = 0;
  for (auto at = changes_.begin(); at != changes_.end(); ++at) {
    calls += at->second;
    if (calls == 0) continue;  // true of the last change
    const std::int64_t end = std::next(at)->first;
    for (std::int64_t ms = at->first; ms < end; ms += bucket_ms_) {
      answer.rows.push_back({FormatTime({ms}), calls});
    }
  }
  return answer;
}

}  // namespace busyhour::internal
