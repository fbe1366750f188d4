#include "scenario/plan.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <variant>

#include "base/call_key.h"
#include "catalog/packet_loss.h"
#include "catalog/statuses.h"
#include "profile/step_outcomes.h"
#include "profile/usual_latency.h"
#include "scenario/agent_calls.h"

namespace busyhour::internal {
namespace {

// `Record::sub_operation`: a source for a play, an input for a recognize.
std::uint8_t SubOperation(const StepPlan& step) {
  if (step.input != Input::kNone) {
    return static_cast<std::uint8_t>(kSourceCount - 1 +
                                     static_cast<std::size_t>(step.input));
  }
  return static_cast<std::uint8_t>(step.source);
}

Modality AudioOf(bool is_unmixed) {
  return is_unmixed ? Modality::kAudioUnmixed : Modality::kAudioMixed;
}

void SetStreaming(const StartedStreaming& started, StepPlan& plan) {
  plan.starts_media_streaming = started.media_streaming;
  plan.starts_transcription = started.transcription;
  plan.audio = AudioOf(started.audio_unmixed);
}

// The service failures that the step can have.
MediaFailurePlan FailuresOf(const std::vector<std::pair<Outcome, double>>& all,
                            const StepPlan& step) {
  const MediaTraits traits{step.activity, step.source, step.input,
                           static_cast<int>(step.max_tones)};
  MediaFailurePlan failures;
  std::uint64_t until = 0;
  for (const auto& [outcome, share] : all) {
    if (!IsPossible(outcome, traits)) continue;
    until += ShareOf(share);
    failures.parts.push_back({until, outcome});
  }
  return failures;
}

std::uint32_t Ms(std::int64_t ms) { return static_cast<std::uint32_t>(ms); }

}  // namespace

LimitedDraw::LimitedDraw(const Distribution& of, std::int64_t limit_ms)
    : distribution(&of),
      last_draw(of.DrawsBelow(static_cast<std::int32_t>(limit_ms))),
      limit(static_cast<std::int32_t>(limit_ms)) {}

Plan::Plan(const Profile& profile, const RunKey& run,
           DistributionTables* tables)
    : conditions(profile, run),
      servers(profile),
      bad_times(profile.bad_times),
      profile_(profile),
      run_(run),
      own_tables_(tables == nullptr ? std::make_unique<DistributionTables>()
                                    : nullptr),
      tables_(tables == nullptr ? own_tables_.get() : tables) {
  const Timing& timing = profile_.timing;
  reaction = Table(timing.reaction);
  setup = Table(timing.setup);
  media_start = Table(timing.media_start);
  media_failure = Table(timing.media_failure);
  media_stop = Table(timing.media_stop);
  leg_gap = Table(timing.leg_gap);
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

  SetStatusLatency();
  std::vector<double> flow_weights;
  for (const Flow& flow : profile_.flows) {
    flow_weights.push_back(flow.weight);
    AddFlow(flow);
  }
  flow_choice = Choice(flow_weights);
  for (const Campaign& campaign : profile_.traffic.campaigns) {
    const auto at = std::find_if(
        profile_.flows.begin(), profile_.flows.end(),
        [&](const Flow& flow) { return flow.name == campaign.flow; });
    campaign_flows.push_back(
        static_cast<std::uint32_t>(at - profile_.flows.begin()));
  }
  if (conditions.has_caller_loops()) most_redials = kMostRedials;
  call_logs = MakeCallLogs();
  longest_history_ms = LongestHistory();
  if (profile_.agents.on_duty > 0) SetAgents();
}

void Plan::SetAgents() {
  const AgentCalls calls = MeasureAgentCalls(profile_, *tables_);
  agents = std::make_unique<AgentPool>(profile_.agents, calls);
  if (calls.sessions_ms.empty()) return;
  const std::uint32_t names =
      std::min(profile_.participants.agents, AgentRota::kMostAgents);
  auto rota =
      std::make_unique<AgentRota>(names, profile_.traffic, calls.sessions_ms);
  if (rota->load() <= names) agent_rota = std::move(rota);
}

const Distribution* DistributionTables::Of(const DistributionSpec& spec) {
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

void Plan::SetStatusLatency() {
  for (const int status : Statuses()) {
    DistributionSpec latency = UsualStatusLatency(status);
    for (const auto& [of, spec] : profile_.timing.status_latency_of) {
      if (of == status) latency = spec;
    }
    status_latency.push_back(Table(latency));
  }
}

void Plan::AddFlow(const Flow& flow) {
  FlowPlan plan;
  plan.start = flow.start;
  plan.on_caller_left = flow.on_caller_left;
  const Step& start = flow.steps[static_cast<std::size_t>(flow.start)];
  const auto* dial = std::get_if<RingStep>(&start.action);
  plan.inbound = dial == nullptr;
  if (flow.patience) plan.patience = Table(*flow.patience);
  if (flow.caller_stays) plan.caller_stays = Table(*flow.caller_stays);
  // If an outbound flow has no `caller_kinds`, the step that makes the call
  // gives the callee's kind.
  Mix<ParticipantKind> kinds = flow.caller_kinds;
  if (kinds.empty() && plan.inbound) kinds = profile_.participants.callers;
  if (dial != nullptr && kinds.empty()) kinds = {{dial->who, 1.0}};
  plan.caller_kinds = Pick<ParticipantKind>(kinds);
  SetRedials(flow.redials.value_or(profile_.redials), plan);
  for (const Step& step : flow.steps) {
    plan.steps.push_back(MakeStep(step, plan));
  }
  flows.push_back(std::move(plan));
}

void Plan::SetRedials(const Redials& redials, FlowPlan& into) {
  for (const auto& [end, redial] : redials.after) {
    if (redial.share <= 0 || redials.most == 0) continue;
    into.redials[static_cast<std::size_t>(end)] = {ShareOf(redial.share),
                                                   Table(redial.delay)};
    longest_redial_ms_ =
        std::max(longest_redial_ms_,
                 static_cast<std::uint32_t>(
                     into.redials[static_cast<std::size_t>(end)].delay->max()));
    into.most_redials = redials.most;
  }
  most_redials = std::max(most_redials, into.most_redials);
}

StepPlan Plan::MakeStep(const Step& step, FlowPlan& into) {
  StepPlan plan;
  const auto operation = OperationOf(step);
  plan.is_wait = !operation;
  if (operation) SetRequest(*operation, plan);
  std::visit([&](const auto& action) { SetAction(action, plan); }, step.action);
  plan.sub_operation = SubOperation(plan);
  AddTransitions(step, plan, into);
  return plan;
}

void Plan::SetRequest(Operation operation, StepPlan& plan) {
  plan.starts_call = StartsCall(operation);
  plan.operation = operation;
  const OperationInfo& info = Info(operation);
  plan.activity = info.activity;
  plan.toggle = info.toggle;
  plan.is_streamed = info.toggle == Toggle::kMediaStreaming ||
                     info.toggle == Toggle::kTranscription;
  if (info.toggle == Toggle::kTranscription) {
    plan.audio = Modality::kTranscription;
  }
  plan.success = StatusIndex(info.success_status);
  DistributionSpec latency =
      profile_.timing.api_latency.value_or(UsualLatency(operation));
  for (const auto& [of, spec] : profile_.timing.api_latency_of) {
    if (of == operation) latency = spec;
  }
  plan.latency = Table(latency);
  const RequestFailures* failures = &profile_.requests.failures;
  for (const auto& [of, given] : profile_.requests.failures_of) {
    if (of == operation) failures = &given;
  }
  plan.refusals = RefusalsFor(*failures);
  for (const auto& [of, share] : profile_.requests.no_effect) {
    if (of == operation) plan.no_effect = ShareOf(share);
  }
}

void Plan::SetAction(const WaitStep& wait, StepPlan& plan) {
  plan.wait = Table(wait.length);
  plan.is_for_agent = wait.for_agent;
  plan.tests_patience = wait.tests_patience;
  plan.caller_does = Pick<Behaviour>(wait.caller_does);
}

void Plan::SetAction(const PlayStep& play, StepPlan& plan) {
  plan.source = play.sound.source;
  plan.length = Table(play.sound.length);
  plan.loop = play.loop;
  plan.to_participant = play.to_participant;
  plan.background = play.background;
  plan.caller_does = Pick<Behaviour>(play.caller_does);
  plan.failures = FailuresOf(profile_.media.play, plan);
}

void Plan::SetAction(const RecognizeStep& recognize, StepPlan& plan) {
  const Timing& timing = profile_.timing;
  plan.input = recognize.input;
  if (recognize.prompt) {
    plan.source = recognize.prompt->source;
    plan.length = Table(recognize.prompt->length);
  }
  plan.initial_silence_ms = Ms(recognize.initial_silence_ms);
  plan.inter_tone_ms = Ms(recognize.inter_tone_ms);
  plan.end_silence_ms = Ms(recognize.end_silence_ms);
  plan.max_tones = recognize.max_tones;
  plan.stop_tone = recognize.stop_tone;
  plan.interrupt_prompt = recognize.interrupt_prompt;
  plan.barge_in = ShareOf(recognize.barge_in);
  plan.by_speech = ShareOf(recognize.by_speech);
  plan.utterance = Table(recognize.utterance.value_or(timing.utterance));
  plan.response =
      LimitedDraw(*Table(recognize.response.value_or(timing.response)),
                  std::max<std::int64_t>(recognize.initial_silence_ms, 1));
  plan.tone_gap = LimitedDraw(*Table(timing.tone_gap), recognize.inter_tone_ms);
  plan.caller_does = Pick<Behaviour>(recognize.caller_does);
  plan.failures = FailuresOf(profile_.media.recognize, plan);
}

void Plan::SetAction(const AnswerStep& answer, StepPlan& plan) {
  SetStreaming(answer.streaming, plan);
}

void Plan::SetAction(const RingStep& ring, StepPlan& plan) {
  const Timing& timing = profile_.timing;
  plan.who = ring.who;
  plan.callee_does = Pick<Outcome>(ring.callee_does);
  plan.invitation_timeout_ms =
      Ms(plan.activity == Activity::kDial ? timing.ring_limit_ms
                                          : ring.invitation_timeout_ms);
  // A participant who is moved from another call does not ring.
  const DistributionSpec& usual =
      plan.activity == Activity::kMove ? timing.setup : timing.ring;
  plan.ring =
      LimitedDraw(*Table(ring.ring.value_or(usual)),
                  std::max<std::int64_t>(plan.invitation_timeout_ms, 1));
  if (ring.stays) plan.stays = Table(*ring.stays);
  plan.background = ring.background;
  plan.tests_patience = ring.tests_patience;
  SetStreaming(ring.streaming, plan);
}

void Plan::SetAction(const StartMediaStreamingStep& start, StepPlan& plan) {
  plan.audio = AudioOf(start.audio_unmixed);
}

void Plan::SetAction(const SendTonesStep& send, StepPlan& plan) {
  plan.tones = send.tones;
}

void Plan::SetAction(const RequestStep&, StepPlan&) {}

// The transition of an outcome is the first that exists: for the outcome by
// name, for its group, `next`.
void Plan::AddTransitions(const Step& step, StepPlan& into, FlowPlan& flow) {
  into.on.fill(-1);
  into.agent_free = Pick<int>(step.agent_free);
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

CallLogsPlan Plan::MakeCallLogs() {
  const CallSummary& summary = profile_.call_summary;
  CallLogsPlan plan;
  plan.summary_lag = Table(summary.lag);
  plan.first_update = Table(summary.first_update);
  plan.later_update = Table(summary.later_update);
  plan.later_update_share = ShareOf(summary.later_update_share);
  plan.incomplete_share = ShareOf(summary.incomplete_share);
  std::uint64_t until = 0;
  for (const auto& [end, share] : summary.ends) {
    until += ShareOf(share);
    plan.ends.emplace_back(static_cast<std::uint8_t>(end), until);
  }
  plan.server_share = ShareOf(summary.server_share);
  plan.redacted_id_share = ShareOf(summary.redacted_id_share);
  plan.missing_id_share = ShareOf(summary.missing_id_share);
  plan.missing_start_share = ShareOf(summary.missing_start_share);
  plan.missing_duration_share = ShareOf(summary.missing_duration_share);
  plan.repeat_share = ShareOf(summary.repeat_share);
  const CallDiagnostics& diagnostics = profile_.call_diagnostics;
  plan.round_trip = Table(diagnostics.round_trip);
  plan.jitter = Table(diagnostics.jitter);
  plan.lossy_share = ShareOf(diagnostics.lossy_share);
  plan.tcp_share = ShareOf(diagnostics.tcp_share);
  plan.silent_share = ShareOf(diagnostics.silent_share);
  const auto most_loss = static_cast<std::uint32_t>(
      std::llround(diagnostics.most_loss * 100'000'000));
  const auto above = static_cast<std::uint32_t>(
      std::upper_bound(kLossRates.begin(), kLossRates.end(), most_loss) -
      kLossRates.begin());
  plan.loss_rates = std::max(above, 2u) - 1;
  plan.recording_lag = Table(profile_.recordings.lag);
  plan.recording_forms = Pick<RecordingForm>(profile_.recordings.forms);
  return plan;
}

std::uint32_t Plan::LongestHistory() const {
  const std::int64_t of_call = kMsPerSecond + longest_call_ms +
                               reaction->max() +
                               std::int64_t{2} * kLongestRequestMs +
                               media_stop->max() + disconnect->max() + 16;
  std::uint32_t delay_ms = longest_redial_ms_;
  for (const Effect& effect : conditions.effects()) {
    if (!effect.calls_again_delay) continue;
    delay_ms = std::max(
        delay_ms, static_cast<std::uint32_t>(effect.calls_again_delay->max()));
  }
  return Ms(of_call + most_redials * (of_call + delay_ms));
}

}  // namespace busyhour::internal
