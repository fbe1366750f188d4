#include "filter/call_kinds.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "base/call_key.h"
#include "catalog/attempt_ends.h"
#include "profile/step_outcomes.h"
#include "scenario/call.h"

namespace busyhour::internal {
namespace {

std::vector<int> TargetsFrom(const Step& step) {
  std::vector<int> targets;
  const auto add = [&](const Mix<int>& mix) {
    for (const auto& [target, weight] : mix) {
      if (weight > 0 && target != kEndStep) targets.push_back(target);
    }
  };
  for (const Transition& transition : step.on) add(transition.targets);
  add(step.agent_free);
  add(step.next);
  return targets;
}

// The steps to which paths from the step lead, other than by retries.
std::vector<bool> ReachedFrom(const Flow& flow, int index) {
  std::vector<bool> reached(flow.steps.size());
  std::vector<int> open = {index};
  while (!open.empty()) {
    const Step& step = flow.steps[static_cast<std::size_t>(open.back())];
    open.pop_back();
    for (const int target : TargetsFrom(step)) {
      if (reached[static_cast<std::size_t>(target)]) continue;
      reached[static_cast<std::size_t>(target)] = true;
      open.push_back(target);
    }
  }
  return reached;
}

bool IsInLoop(const Flow& flow, int index) {
  return ReachedFrom(flow, index)[static_cast<std::size_t>(index)];
}

bool IsRetried(const Step& step) {
  return std::any_of(
      step.on.begin(), step.on.end(),
      [](const Transition& transition) { return transition.retries > 0; });
}

// The steps that can be run after the step: on its paths, and on those after
// the caller has left, which may be at any step.
std::vector<bool> LaterThan(const Flow& flow, int index) {
  std::vector<bool> later = ReachedFrom(flow, index);
  if (IsRetried(flow.steps[static_cast<std::size_t>(index)])) {
    later[static_cast<std::size_t>(index)] = true;
  }
  if (flow.on_caller_left == kEndStep) return later;
  const std::vector<bool> left = ReachedFrom(flow, flow.on_caller_left);
  for (std::size_t i = 0; i < later.size(); ++i) {
    later[i] = later[i] || left[i];
  }
  later[static_cast<std::size_t>(flow.on_caller_left)] = true;
  return later;
}

void AddOrder(const Flow& flow, CallKind& kind) {
  for (std::size_t i = 0; i < flow.steps.size(); ++i) {
    const std::optional<Operation> operation = OperationOf(flow.steps[i]);
    if (!operation) continue;
    const std::vector<bool> later = LaterThan(flow, static_cast<int>(i));
    for (std::size_t j = 0; j < later.size(); ++j) {
      const std::optional<Operation> next = OperationOf(flow.steps[j]);
      if (!later[j] || !next) continue;
      kind.later_requests[static_cast<std::size_t>(*operation)] |= BitOf(*next);
    }
  }
}

// Whether voicemail may answer calls that the flow makes.
bool MayReachVoicemail(const Flow& flow) {
  return std::any_of(
      flow.steps.begin(), flow.steps.end(), [](const Step& step) {
        const auto* ring = std::get_if<RingStep>(&step.action);
        if (ring == nullptr ||
            Info(ring->operation).activity != Activity::kDial) {
          return false;
        }
        return std::any_of(ring->callee_does.begin(), ring->callee_does.end(),
                           [](const auto& does) {
                             return does.first == Outcome::kVoicemail &&
                                    does.second > 0;
                           });
      });
}

// The weights of the steps on the heaviest path from step `from`. No step of a
// loop may have a weight.
std::uint64_t HeaviestPath(const Flow& flow, int from,
                           const std::vector<std::uint64_t>& weights) {
  std::vector<std::optional<std::uint64_t>> to(flow.steps.size());
  to[static_cast<std::size_t>(from)] = weights[static_cast<std::size_t>(from)];
  bool has_changed = true;
  while (has_changed) {
    has_changed = false;
    for (std::size_t i = 0; i < flow.steps.size(); ++i) {
      if (!to[i]) continue;
      for (const int target : TargetsFrom(flow.steps[i])) {
        const auto next = static_cast<std::size_t>(target);
        const std::uint64_t weight = *to[i] + weights[next];
        if (to[next] >= weight) continue;
        to[next] = weight;
        has_changed = true;
      }
    }
  }
  std::uint64_t most = 0;
  for (const auto& weight : to) most = std::max(most, weight.value_or(0));
  return most;
}

// The most that a call has of what each visit of a step adds, `of_visit`: on
// its path, and on that after the caller has left.
template <class OfVisit>
std::uint64_t MostOf(const Flow& flow, std::uint64_t max_steps,
                     const OfVisit& of_visit) {
  std::uint64_t in_loops = 0;
  std::vector<std::uint64_t> weights(flow.steps.size());
  for (std::size_t i = 0; i < flow.steps.size(); ++i) {
    const std::uint64_t of_one = of_visit(flow.steps[i]);
    if (of_one == 0) continue;
    if (IsInLoop(flow, static_cast<int>(i))) {
      in_loops += of_one * max_steps;
      continue;
    }
    std::uint64_t visits = 1;
    for (const Transition& transition : flow.steps[i].on) {
      visits += transition.retries;
    }
    weights[i] = of_one * std::min(visits, max_steps);
  }
  if (std::all_of(weights.begin(), weights.end(),
                  [](std::uint64_t weight) { return weight == 0; })) {
    return in_loops;
  }
  std::uint64_t most = in_loops + HeaviestPath(flow, flow.start, weights);
  if (flow.on_caller_left != kEndStep) {
    most += HeaviestPath(flow, flow.on_caller_left, weights);
  }
  return most;
}

std::uint64_t SessionsOf(const Step& step) {
  StartedStreaming started;
  if (const auto* answer = std::get_if<AnswerStep>(&step.action)) {
    started = answer->streaming;
  } else if (const auto* ring = std::get_if<RingStep>(&step.action)) {
    started = ring->streaming;
  } else {
    const auto operation = OperationOf(step);
    return operation == Operation::kStartMediaStreaming ||
                   operation == Operation::kStartTranscription
               ? 1
               : 0;
  }
  return (started.media_streaming ? 1u : 0u) +
         (started.transcription ? 1u : 0u);
}

bool InvitesSomeone(const Step& step) {
  const auto operation = OperationOf(step);
  return operation && (Info(*operation).activity == Activity::kInvite ||
                       Info(*operation).activity == Activity::kMove);
}

bool WaitsForAgent(const Step& step) {
  const auto* wait = std::get_if<WaitStep>(&step.action);
  return (wait != nullptr && wait->for_agent) || !step.agent_free.empty();
}

// The most of everything that calls of the flow do.
void AddSteps(const Profile& profile, const Flow& flow, CallKind& kind) {
  const std::uint64_t max_steps = profile.timing.max_steps;
  // The last request may be made when the call is over.
  const std::uint64_t max_requests = max_steps + 1;
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    kind.most_requests_of[i] = std::min(
        max_requests, MostOf(flow, max_steps, [i](const Step& step) {
          return OperationOf(step) == static_cast<Operation>(i) ? 1u : 0u;
        }));
  }
  kind.most_requests =
      std::min(max_requests, MostOf(flow, max_steps, [](const Step& step) {
                 return OperationOf(step) ? 1u : 0u;
               }));
  // The application and the caller, and those who are invited.
  kind.most_participants = std::min<std::uint64_t>(
      kMaxLegs, 2 + MostOf(flow, max_steps, [](const Step& step) {
                  return InvitesSomeone(step) ? 1u : 0u;
                }));
  kind.most_sessions = MostOf(flow, max_steps, SessionsOf);
  const bool waits =
      std::any_of(flow.steps.begin(), flow.steps.end(), WaitsForAgent);
  if (waits && profile.agents.on_duty > 0) {
    kind.longest_wait_ms =
        static_cast<std::uint64_t>(profile.timing.longest_call_ms);
  }
}

std::uint64_t CallersOf(const Profile& profile, const Flow& flow) {
  const Step& start = flow.steps[static_cast<std::size_t>(flow.start)];
  const auto* dial = std::get_if<RingStep>(&start.action);
  if (flow.caller_kinds.empty() && dial != nullptr) return BitOf(dial->who);
  std::uint64_t callers = 0;
  for (const auto& [kind, weight] : flow.caller_kinds.empty()
                                        ? profile.participants.callers
                                        : flow.caller_kinds) {
    if (weight > 0) callers |= BitOf(kind);
  }
  return callers;
}

std::uint64_t MostRedials(const Profile& profile, const Flow& flow) {
  for (const Incident& incident : profile.incidents) {
    if (incident.enabled && incident.calls_again_share > 0) {
      return kMostRedials;
    }
  }
  const Redials& redials = flow.redials ? *flow.redials : profile.redials;
  const bool are_any =
      std::any_of(redials.after.begin(), redials.after.end(),
                  [](const auto& after) { return after.second.share > 0; });
  return are_any ? redials.most : 0;
}

// The calls of the flow that are connected.
CallKind Connected(const Profile& profile, const Flow& flow) {
  CallKind kind;
  kind.flow = flow.name;
  kind.is_connected = true;
  const Step& start = flow.steps[static_cast<std::size_t>(flow.start)];
  kind.is_inbound = !std::holds_alternative<RingStep>(start.action);
  kind.callers = CallersOf(profile, flow);
  kind.most_redials = MostRedials(profile, flow);
  for (const Incident& incident : profile.incidents) {
    const auto& flows = incident.scope.flows;
    if (incident.enabled &&
        (flows.empty() ||
         std::find(flows.begin(), flows.end(), flow.name) != flows.end())) {
      kind.incidents.push_back(incident.name);
    }
  }
  kind.events = PossibleEventsOf(profile, flow);
  kind.events.NotesOf(Note::Kind::kNotConnected) = 0;
  kind.ends = BitOf(AttemptEnd::kCompleted) | BitOf(AttemptEnd::kDisturbed) |
              BitOf(AttemptEnd::kAbandoned) | BitOf(AttemptEnd::kDropped);
  if (MayReachVoicemail(flow)) kind.ends |= BitOf(AttemptEnd::kVoicemail);
  AddSteps(profile, flow, kind);
  AddOrder(flow, kind);
  const DistributionSpec& disconnect = profile.timing.disconnect;
  kind.shortest_ms = static_cast<std::uint64_t>(std::max(disconnect.min, 0.0));
  kind.longest_ms =
      static_cast<std::uint64_t>(profile.timing.longest_call_ms) +
      static_cast<std::uint64_t>(std::ceil(std::max(disconnect.max, 0.0)));
  return kind;
}

// Those that are not. A flow's steps need a connected call, except those that
// begin it.
CallKind NotConnected(const Profile& profile, const Flow& flow,
                      const CallKind& connected) {
  CallKind kind = connected;
  kind.is_connected = false;
  const PossibleEvents all = PossibleEventsOf(profile, flow);
  kind.events = {};
  kind.ends = BitOf(AttemptEnd::kFailed) | BitOf(AttemptEnd::kDropped);
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    const auto operation = static_cast<Operation>(i);
    if (!StartsCall(operation) || (all.operations & BitOf(i)) == 0) continue;
    kind.events.operations |= BitOf(i);
    kind.events.statuses[i] = all.statuses[i];
    if (operation == Operation::kRejectCall) {
      kind.ends |= BitOf(AttemptEnd::kDeclined);
    } else if (operation == Operation::kRedirectCall) {
      kind.ends |= BitOf(AttemptEnd::kCompleted);
    }
  }
  const std::uint64_t failures = all.NotesOf(Note::Kind::kNotConnected);
  kind.events.NotesOf(Note::Kind::kNotConnected) = failures;
  constexpr std::pair<Outcome, AttemptEnd> kEnds[] = {
      {Outcome::kNoAnswer, AttemptEnd::kNoAnswer},
      {Outcome::kBusy, AttemptEnd::kBusy},
      {Outcome::kDeclined, AttemptEnd::kDeclined},
      {Outcome::kUnreachable, AttemptEnd::kUnreachable}};
  for (const auto& [outcome, end] : kEnds) {
    if ((failures & BitOf(outcome)) != 0) kind.ends |= BitOf(end);
  }
  kind.most_participants = kind.most_sessions = 0;
  kind.shortest_ms = kind.longest_ms = kind.longest_wait_ms = 0;
  return kind;
}

void AddNewKind(CallKind kind, std::vector<CallKind>& kinds) {
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    kinds.push_back(std::move(kind));
  }
}

void AddKinds(const Profile& profile, std::vector<CallKind>& kinds) {
  for (const Flow& flow : profile.flows) {
    const auto& campaigns = profile.traffic.campaigns;
    if (flow.weight <= 0 && std::none_of(campaigns.begin(), campaigns.end(),
                                         [&](const Campaign& campaign) {
                                           return campaign.flow == flow.name;
                                         })) {
      continue;
    }
    CallKind connected = Connected(profile, flow);
    AddNewKind(NotConnected(profile, flow, connected), kinds);
    AddNewKind(std::move(connected), kinds);
  }
}

}  // namespace

std::vector<CallKind> CallKindsOf(const Profile& profile) {
  std::vector<CallKind> kinds;
  if (profile.resources.empty()) AddKinds(profile, kinds);
  for (const Profile& each : profile.resources) AddKinds(each, kinds);
  return kinds;
}

}  // namespace busyhour::internal
