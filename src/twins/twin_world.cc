#include "twins/twin_world.h"

#include <algorithm>
#include <cstddef>

#include "base/stream.h"
#include "engine/call_source.h"
#include "job/fault_rules.h"
#include "scenario/redial.h"
#include "twins/record_difference.h"

namespace busyhour::internal {
namespace {

// The job with the faults that the profile's incidents have now.
Job JobOf(const Profile& profile, Job job) {
  const std::vector<FaultRule> rules = FaultsOf(profile.incidents);
  std::size_t next = 0;
  for (FaultRule& rule : job.faults) {
    if (!rule.incident.empty()) rule = rules[next++];
  }
  return job;
}

Profile Without(Profile profile,
                const std::function<bool(const Incident&)>& without) {
  for (Incident& incident : profile.incidents) {
    if (without(incident)) incident.enabled = false;
  }
  return profile;
}

}  // namespace

TwinWorld::TwinWorld(const Profile& profile, const Job& job,
                     const std::function<bool(const Incident&)>& without)
    : TwinWorld(Without(profile, without), job) {}

TwinWorld::TwinWorld(const Profile& profile, const Job& job)
    : worlds_(profile, job.seed, job.start),
      job_(JobOf(profile, job)),
      arrivals_(plan(), plan().run().key),
      scribe_(worlds_, job_),
      end_ms_(EndMsOf(job)),
      counted_slot_(kSlotItself) {
  if (!job_.faults.empty()) faults_.emplace(worlds_, job_);
}

std::uint32_t TwinWorld::CountAt(std::uint64_t slot) {
  if (slot != counted_slot_) {
    counted_slot_ = slot;
    count_ = arrivals_.CountAt(slot);
  }
  return count_;
}

bool TwinWorld::IsSameIn(const TwinWorld& other) const noexcept {
  return nodes_ == other.nodes_ &&
         RecordDifference::AreEqual(records_, other.records_);
}

bool TwinWorld::Simulate(CallKey first) {
  calls_.clear();
  records_.clear();
  nodes_.clear();
  over_ms_ = 0;
  if (first.number() >= CountAt(first.slot)) return false;
  scribe_.EachCall(first, end_ms_, [this](const Call& call) { Add(call); });
  return !calls_.empty();
}

void TwinWorld::Add(const Call& call) {
  calls_.push_back(call);
  nodes_.push_back(cast().NodeOf(call.key));
  over_ms_ = std::max(over_ms_, FreeAt(call));
  clean_.clear();
  scribe_.AppendRecords(0, clean_);
  for (const Record& record : clean_) {
    over_ms_ = std::max({over_ms_, record.time_ms, record.delivery_ms});
    if (!faults_) {
      records_.push_back(record);
      continue;
    }
    faults_->Of(scribe_.stream_key(), record)
        .EachDelivery(record,
                      [this](const Record& as) { records_.push_back(as); });
  }
}

}  // namespace busyhour::internal
