#pragma once

#include "logs/call_records.h"
#include "run/job.h"
#include "scenario/plan.h"

namespace busyhour {

/// How a job's calls become records.
inline RecordRules RulesOf(const Plan& plan, const Job& job) {
  const Profile& profile = plan.profile();
  RecordRules rules;
  rules.delivery = plan.delivery;
  rules.usage_lag = plan.usage_lag;
  rules.client = &plan.client_choice;
  rules.app_leg = profile.usage.app_leg;
  rules.recording_operations = profile.assumptions.recording_operations;
  rules.wanted = job.logs;
  return rules;
}

}  // namespace busyhour
