#include "engine/scribe.h"

#include "base/stream.h"

namespace busyhour {
namespace {

RecordRules RulesOf(const Plan& plan, const Job& job) {
  const Profile& profile = plan.profile();
  RecordRules rules;
  rules.delivery = plan.delivery;
  rules.usage_lag = plan.usage_lag;
  rules.streaming_lag = plan.streaming_lag;
  rules.client = &plan.client_choice;
  rules.app_leg = profile.usage.app_leg;
  rules.recording_operations = profile.assumptions.recording_operations;
  rules.wanted = job.logs;
  return rules;
}

}  // namespace

Scribe::Scribe(const Plan& plan, const Job& job)
    : seed_(job.seed), rules_(RulesOf(plan, job)), simulator_(plan, job.seed) {}

const Call& Scribe::Simulate(CallKey key) noexcept {
  stream_key_ = StreamKey(seed_, key.slot, key.ordinal);
  call_ = &simulator_.Simulate(key);
  return *call_;
}

}  // namespace busyhour
