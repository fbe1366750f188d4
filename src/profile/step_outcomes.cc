#include "profile/step_outcomes.h"

#include <algorithm>
#include <cstddef>
#include <variant>

namespace busyhour::internal {
namespace {

constexpr Outcome kCalleeOutcomes[] = {Outcome::kVoicemail, Outcome::kNoAnswer,
                                       Outcome::kBusy, Outcome::kDeclined,
                                       Outcome::kUnreachable};

bool IsCalleeOutcome(Outcome outcome) {
  return std::find(std::begin(kCalleeOutcomes), std::end(kCalleeOutcomes),
                   outcome) != std::end(kCalleeOutcomes);
}

bool IsInBackground(const Step& step) {
  return std::visit(
      [](const auto& action) {
        if constexpr (requires { action.background; }) return action.background;
        return false;
      },
      step.action);
}

// The operations that end the call.
bool IsLast(Activity activity) {
  return activity == Activity::kHangUp || activity == Activity::kTerminate ||
         activity == Activity::kTurnAway;
}

}  // namespace

std::optional<Operation> OperationOf(const Step& step) {
  return std::visit(
      [](const auto& action) -> std::optional<Operation> {
        if constexpr (requires { action.operation; }) return action.operation;
        return std::nullopt;
      },
      step.action);
}

MediaTraits TraitsOf(const Step& step) {
  MediaTraits traits;
  const auto operation = OperationOf(step);
  traits.activity = operation ? Info(*operation).activity : Activity::kInstant;
  if (const auto* play = std::get_if<PlayStep>(&step.action)) {
    traits.source = play->sound.source;
  }
  if (const auto* recognize = std::get_if<RecognizeStep>(&step.action)) {
    if (recognize->prompt) traits.source = recognize->prompt->source;
    traits.input = recognize->input;
    traits.max_tones = static_cast<int>(recognize->max_tones);
  }
  return traits;
}

bool StartsACall(const Step& step) {
  const auto operation = OperationOf(step);
  return operation && StartsCall(*operation);
}

std::vector<Outcome> PossibleOutcomes(const Step& step) {
  if (!OperationOf(step)) return {Outcome::kCompleted};
  std::vector<Outcome> outcomes = {Outcome::kRequestFailed};
  const MediaTraits traits = TraitsOf(step);
  const bool is_media = traits.activity == Activity::kPlay ||
                        traits.activity == Activity::kRecognize;
  if (IsInBackground(step)) {
    outcomes.push_back(Outcome::kCompleted);
    return outcomes;
  }
  if (is_media) {
    for (std::size_t i = 0; i < kOutcomeCount; ++i) {
      const auto outcome = static_cast<Outcome>(i);
      if (IsPossible(outcome, traits)) outcomes.push_back(outcome);
    }
    return outcomes;
  }
  outcomes.push_back(Outcome::kCompleted);
  if (std::holds_alternative<RingStep>(step.action)) {
    for (const Outcome outcome : kCalleeOutcomes) {
      if (outcome != Outcome::kVoicemail ||
          traits.activity == Activity::kDial) {
        outcomes.push_back(outcome);
      }
    }
  }
  return outcomes;
}

bool EndsCall(const Step& step, Outcome outcome) {
  const Activity activity = TraitsOf(step).activity;
  if (outcome == Outcome::kCompleted) {
    return IsLast(activity) || activity == Activity::kTransfer;
  }
  return activity == Activity::kDial && IsCalleeOutcome(outcome) &&
         outcome != Outcome::kVoicemail;
}

bool NeedsTarget(const Step& step, Outcome outcome) {
  if (EndsCall(step, outcome) || IsLast(TraitsOf(step).activity)) return false;
  if (Info(outcome).group == ResultType::kCanceled) return false;
  if (!IsCalleeOutcome(outcome)) return true;
  const auto* ring = std::get_if<RingStep>(&step.action);
  return ring != nullptr &&
         std::any_of(ring->callee_does.begin(), ring->callee_does.end(),
                     [&](const auto& part) {
                       return part.first == outcome && part.second > 0;
                     });
}

std::vector<std::string_view> OutcomeWords(const Step& step) {
  std::vector<std::string_view> words;
  const auto add = [&](std::string_view word) {
    if (std::find(words.begin(), words.end(), word) == words.end()) {
      words.push_back(word);
    }
  };
  const std::vector<Outcome> outcomes = PossibleOutcomes(step);
  for (const ResultType group : {ResultType::kCompleted, ResultType::kFailed}) {
    for (const Outcome outcome : outcomes) {
      if (!EndsCall(step, outcome) && Info(outcome).group == group) {
        add(GroupName(group));
      }
    }
  }
  for (const Outcome outcome : outcomes) {
    if (!EndsCall(step, outcome)) add(Info(outcome).name);
  }
  return words;
}

std::vector<std::string_view> AllOutcomeWords() {
  std::vector<std::string_view> words = {GroupName(ResultType::kCompleted),
                                         GroupName(ResultType::kFailed)};
  for (const OutcomeInfo& info : Outcomes()) words.push_back(info.name);
  return words;
}

const Transition* TransitionFor(const Step& step, Outcome outcome) {
  const Transition* by_group = nullptr;
  for (const Transition& transition : step.on) {
    if (!transition.any_of_group && transition.outcome == outcome) {
      return &transition;
    }
    if (transition.any_of_group && transition.group == Info(outcome).group) {
      by_group = &transition;
    }
  }
  return by_group;
}

const Mix<int>* TargetsOf(const Step& step, Outcome outcome) {
  const Transition* transition = TransitionFor(step, outcome);
  if (transition != nullptr) return &transition->targets;
  return step.next.empty() ? nullptr : &step.next;
}

std::string StepKindText(const Step& step) {
  const auto operation = OperationOf(step);
  if (!operation) return "a wait";
  std::string text(Info(*operation).name);
  if (const Input input = TraitsOf(step).input; input != Input::kNone) {
    text += " by " + std::string(InputName(input));
  }
  return text;
}

}  // namespace busyhour::internal
