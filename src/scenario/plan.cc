#include "scenario/plan.h"

#include <algorithm>
#include <cmath>

#include "catalog/statuses.h"

namespace busyhour {
namespace {

// `Record::sub_operation`: a source for a play, an input for a recognize.
std::uint8_t SubOperation(const Step& step) {
  if (step.input != Input::kNone) {
    return static_cast<std::uint8_t>(kSourceCount - 1 +
                                     static_cast<std::size_t>(step.input));
  }
  return static_cast<std::uint8_t>(step.source);
}

MediaTraits TraitsOf(const Step& step, Activity activity) {
  return {activity, step.source, step.input, static_cast<int>(step.max_tones)};
}

std::uint32_t Ms(std::int64_t ms) { return static_cast<std::uint32_t>(ms); }

}  // namespace

LimitedDraw::LimitedDraw(const Distribution& of, std::int64_t limit_ms)
    : distribution(&of),
      last_draw(of.DrawsBelow(static_cast<std::int32_t>(limit_ms))),
      limit(static_cast<std::int32_t>(limit_ms)) {}

Plan::Plan(const Profile& profile) : conditions(profile), profile_(profile) {
  const Timing& timing = profile_.timing;
  reaction = Table(timing.reaction);
  setup = Table(timing.setup);
  media_start = Table(timing.media_start);
  media_failure = Table(timing.media_failure);
  media_stop = Table(timing.media_stop);
  disconnect = Table(timing.disconnect);
  usage_lag = Table(profile_.usage.lag);
  streaming_lag = Table(profile_.streaming.lag);
  for (const ModalityInfo& info : kModalities) {
    auto& failures =
        streaming_failures[static_cast<std::size_t>(info.modality)];
    std::uint64_t until = 0;
    for (const auto& [end, share] : profile_.streaming.failures) {
      if (!IsPossible(end, info.modality)) continue;
      until += ShareOf(share);
      failures.emplace_back(end, until);
    }
  }
  for (const LogType log : kLogTypes) {
    delivery[log] = Table(profile_.delivery[log]);
  }
  longest_call_ms = Ms(timing.longest_call_ms);
  max_steps = timing.max_steps;
  correlation_change = ShareOf(profile_.assumptions.correlation_change);
  late_share = ShareOf(profile_.requests.late_share);

  std::vector<double> client_weights;
  for (const Client& client : profile_.clients) {
    client_weights.push_back(client.weight);
  }
  client_choice = Choice(client_weights);
  std::vector<double> flow_weights;
  for (const Flow& flow : profile_.flows) {
    flow_weights.push_back(flow.weight);
    AddFlow(flow);
  }
  flow_choice = Choice(flow_weights);
  horizon_ms = Horizon();
}

const Distribution* Plan::Table(const DistributionSpec& spec) {
  for (const auto& [known, table] : tables_) {
    if (known == spec) return table.get();
  }
  tables_.emplace_back(spec, std::make_unique<Distribution>(spec));
  return tables_.back().second.get();
}

const Refusals* Plan::RefusalsFor(const RequestFailures& failures) {
  refusals_.push_back(std::make_unique<Refusals>(failures));
  return refusals_.back().get();
}

void Plan::AddFlow(const Flow& flow) {
  FlowPlan plan;
  plan.start = flow.start;
  plan.on_caller_left = flow.on_caller_left;
  const Step& start = flow.steps[static_cast<std::size_t>(flow.start)];
  plan.inbound = Info(*start.operation).activity != Activity::kDial;
  if (flow.patience) plan.patience = Table(*flow.patience);
  if (flow.caller_stays) plan.caller_stays = Table(*flow.caller_stays);
  // The callee's kind is given by the step that makes the call.
  const Mix<ParticipantKind> called = {{start.who, 1.0}};
  plan.caller_kinds =
      Pick<ParticipantKind>(!flow.caller_kinds.empty() ? flow.caller_kinds
                            : plan.inbound ? profile_.participants.callers
                                           : called);
  for (const Step& step : flow.steps) {
    plan.steps.push_back(MakeStep(step, plan));
  }
  flows.push_back(std::move(plan));
}

StepPlan Plan::MakeStep(const Step& step, FlowPlan& into) {
  const Timing& timing = profile_.timing;
  StepPlan plan;
  plan.is_wait = !step.operation;
  if (step.operation) {
    plan.operation = *step.operation;
    const OperationInfo& info = Info(*step.operation);
    plan.activity = info.activity;
    plan.toggle = info.toggle;
    plan.success = StatusIndex(info.success_status);
    const DistributionSpec* latency = &timing.api_latency;
    for (const auto& [operation, spec] : timing.api_latency_of) {
      if (operation == *step.operation) latency = &spec;
    }
    plan.latency = Table(*latency);
    const RequestFailures* failures = &profile_.requests.failures;
    for (const auto& [operation, given] : profile_.requests.failures_of) {
      if (operation == *step.operation) failures = &given;
    }
    plan.refusals = RefusalsFor(*failures);
  }
  plan.sub_operation = SubOperation(step);
  plan.source = step.source;
  plan.input = step.input;
  plan.loop = step.loop;
  plan.to_participant = step.to_participant;
  plan.background = step.background;
  plan.stop_tone = step.stop_tone;
  plan.interrupt_prompt = step.interrupt_prompt;
  plan.tests_patience = step.tests_patience;
  plan.who = step.who;
  plan.initial_silence_ms = Ms(step.initial_silence_ms);
  plan.inter_tone_ms = Ms(step.inter_tone_ms);
  plan.end_silence_ms = Ms(step.end_silence_ms);
  plan.invitation_timeout_ms =
      Ms(plan.activity == Activity::kDial ? timing.ring_limit_ms
                                          : step.invitation_timeout_ms);
  plan.is_streamed = plan.toggle == Toggle::kMediaStreaming ||
                     plan.toggle == Toggle::kTranscription;
  plan.starts_media_streaming = step.start_media_streaming;
  plan.starts_transcription = step.start_transcription;
  plan.audio = plan.toggle == Toggle::kTranscription ? Modality::kTranscription
               : step.audio_unmixed                  ? Modality::kAudioUnmixed
                                                     : Modality::kAudioMixed;
  plan.max_tones = step.max_tones;
  plan.tones = step.tones;
  plan.barge_in = ShareOf(step.barge_in);
  plan.by_speech = ShareOf(step.by_speech);
  plan.length = Table(step.length);
  plan.utterance = Table(step.utterance.value_or(timing.utterance));
  plan.has_stays = step.stays.has_value();
  plan.stays = Table(step.stays.value_or(ConstantMs(0)));
  plan.wait = Table(step.wait);
  plan.response =
      LimitedDraw(*Table(step.response.value_or(timing.response)),
                  std::max<std::int64_t>(step.initial_silence_ms, 1));
  plan.tone_gap = LimitedDraw(*Table(timing.tone_gap), step.inter_tone_ms);
  // A participant from another call need not be rung.
  const DistributionSpec& ring =
      plan.activity == Activity::kMove ? timing.setup : timing.ring;
  plan.ring =
      LimitedDraw(*Table(step.ring.value_or(ring)),
                  std::max<std::int64_t>(plan.invitation_timeout_ms, 1));
  plan.caller_does = Pick<Behaviour>(step.caller_does);
  plan.callee_does = Pick<Outcome>(step.callee_does);

  const bool is_play = plan.activity == Activity::kPlay;
  if (is_play || plan.activity == Activity::kRecognize) {
    std::uint64_t until = 0;
    for (const auto& [outcome, share] :
         is_play ? profile_.media.play : profile_.media.recognize) {
      if (!IsPossible(outcome, TraitsOf(step, plan.activity))) continue;
      until += ShareOf(share);
      plan.failures.parts.push_back({until, outcome});
    }
  }
  AddTransitions(step, plan, into);
  return plan;
}

// The transition of an outcome is the first that exists: for the outcome by
// name, for its group, `next`.
void Plan::AddTransitions(const Step& step, StepPlan& into, FlowPlan& flow) {
  into.on.fill(-1);
  const auto add = [&](const Mix<int>& targets, std::uint32_t retries) {
    TransitionPlan transition{Pick<int>(targets), retries, flow.counters};
    if (retries > 0) ++flow.counters;
    into.transitions.push_back(std::move(transition));
    return static_cast<std::int16_t>(into.transitions.size() - 1);
  };
  if (!step.next.empty()) into.on.fill(add(step.next, 0));
  for (const bool by_group : {true, false}) {
    for (const Transition& transition : step.on) {
      if (transition.any_of_group != by_group) continue;
      const std::int16_t index = add(transition.targets, transition.retries);
      for (std::size_t i = 0; i < kOutcomeCount; ++i) {
        const auto outcome = static_cast<Outcome>(i);
        if (by_group ? Info(outcome).group == transition.group
                     : outcome == transition.outcome) {
          into.on[i] = index;
        }
      }
    }
  }
}

// The longest possible time of all events after a call's last moment.
std::uint32_t Plan::Horizon() const {
  std::int64_t delay_ms = 0;
  for (const Distribution* delay : delivery) {
    delay_ms = std::max<std::int64_t>(delay_ms, delay->max());
  }
  const std::int64_t horizon =
      kMsPerSecond + longest_call_ms + reaction->max() + 2 * kLongestRequestMs +
      media_stop->max() + disconnect->max() +
      std::max(usage_lag->max(), streaming_lag->max()) + delay_ms + 16;
  return Ms(horizon);
}

}  // namespace busyhour
