#include "profile/step_keys.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include "profile/graph.h"
#include "profile/step_form.h"
#include "profile/step_outcomes.h"
#include "text/json_text.h"

// The keys of a step. The kind of the step determines which of them it may
// have.

namespace busyhour::internal {
namespace {

using Kind = JsonNode::Kind;

constexpr std::int64_t kLongestStepMs = kMsPerDay;
constexpr std::size_t kMaxOperationContext = 128;
// A wait until an agent is free.
constexpr std::string_view kForAgent = "agent";

std::vector<std::string_view> SourceWords() {
  return {SourceName(Source::kFile), SourceName(Source::kText),
          SourceName(Source::kSsml)};
}

std::vector<std::string_view> InputWords() {
  std::vector<std::string_view> words;
  for (std::size_t i = 1; i < kInputCount; ++i) {
    words.push_back(InputName(static_cast<Input>(i)));
  }
  return words;
}

Names<Outcome> CalleeNames(unsigned forms) {
  Names<Outcome> names = {{"answers", Outcome::kCompleted},
                          {"no_answer", Outcome::kNoAnswer},
                          {"busy", Outcome::kBusy},
                          {"declines", Outcome::kDeclined},
                          {"unreachable", Outcome::kUnreachable}};
  if ((forms & kDialForm) != 0) {
    names.insert(names.begin() + 1, {"voicemail", Outcome::kVoicemail});
  }
  return names;
}

// The words for what a caller can do in this step, or in any step.
Names<Behaviour> BehaviourNames(const Step& step, bool of_any_step) {
  const MediaTraits traits = TraitsOf(step);
  const Activity activity =
      of_any_step ? Activity::kRecognize : traits.activity;
  Names<Behaviour> names;
  for (std::size_t i = 0; i < kBehaviourCount; ++i) {
    const auto behaviour = static_cast<Behaviour>(i);
    if (of_any_step || IsPossible(behaviour, traits)) {
      names.emplace_back(BehaviourName(behaviour, activity), behaviour);
    }
  }
  if (of_any_step) {
    for (const Activity other : {Activity::kPlay, Activity::kInstant}) {
      names.emplace_back(BehaviourName(Behaviour::kCooperates, other),
                         Behaviour::kCooperates);
    }
  }
  return names;
}

// The keys of a step, each with the kinds of steps that have it. A key that the
// step does not have refers to an unused variable.
struct StepKeys {
  Step& step;
  KeyVisitor& keys;
  unsigned own = kAllForms;
  std::string here = {};
  bool requires_keys = true;
  std::tuple<WaitStep, PlayStep, RecognizeStep, AnswerStep, RingStep,
             StartMediaStreamingStep, SendTonesStep>
      unread = {};

  // The step's action if it is of this type, or else an unused one.
  template <class Action>
  Action& As() {
    auto* const action = std::get_if<Action>(&step.action);
    return action != nullptr ? *action : std::get<Action>(unread);
  }

  bool of_any_step() const { return own == kAllForms; }

  void Key(unsigned forms, std::string_view name, const Value& value,
           std::string_view meaning, std::string_view source = kAssumed,
           bool required = false) const {
    KeyScope scope;
    if (forms != kAllForms) {
      scope = {FormsText(forms), here, (forms & own) != 0};
    }
    keys.Visit({name, value, meaning, source, required && requires_keys,
                std::move(scope)});
  }
};

constexpr std::string_view kHowTos = "Azure's how-tos for Call Automation";

Value SourceOf(Sound& sound) {
  return Word(sound.source, SourceWords(), 1, "a source");
}

Value LengthOf(Sound& sound) { return Spread(sound.length, 0, kMsPerHour); }

void VisitPrompt(Sound& prompt, KeyVisitor& keys) {
  keys.Required("source", SourceOf(prompt), "Source of the audio.", kHowTos);
  keys.Optional("length", LengthOf(prompt), "How long the prompt is.");
}

void VisitPlayKeys(StepKeys& keys) {
  auto& play = keys.As<PlayStep>();
  auto& ring = keys.As<RingStep>();
  keys.Key(kPlayForm, "source", SourceOf(play.sound), "Source of the audio.",
           kHowTos, /*required=*/true);
  keys.Key(kPlayForm, "length", LengthOf(play.sound),
           "Length of the audio, played once.");
  keys.Key(kPlayForm, "loop", Flag(play.loop),
           "Whether it is repeated until something stops it; only in the "
           "background.",
           kHowTos);
  keys.Key(kPlayForm, "to", Word(play.to_participant, {"all", "participant"}),
           "Whether all participants hear it or only the caller.", kHowTos);
  keys.Key(
      kPlayForm | kInviteForm, "background",
      Flag((keys.own & kInviteForm) != 0 ? ring.background : play.background),
      "Whether the flow continues as soon as the request is accepted, "
      "while it still plays or rings.",
      kHowTos);
}

void VisitRecognizeKeys(StepKeys& keys) {
  auto& recognize = keys.As<RecognizeStep>();
  keys.Key(kRecognizeForm, "input",
           Word(recognize.input, InputWords(), 1, "an input"),
           "The expected input.", kHowTos, /*required=*/true);
  keys.Key(kRecognizeForm, "prompt",
           OptionalObject<Sound>(recognize.prompt, VisitPrompt),
           "The prompt that the caller hears first; without it, recognition "
           "starts immediately.",
           kHowTos);
  keys.Key(kRecognizeForm, "initial_silence",
           Duration(recognize.initial_silence_ms, 0, 300 * kMsPerSecond),
           "How long the caller may be silent after the prompt; at most 20s "
           "unless `input` is `Dtmf`.",
           kHowTos);
  keys.Key(kDtmfForm | kSpeechOrDtmfForm, "inter_tone",
           Duration(recognize.inter_tone_ms, kMsPerSecond, 60 * kMsPerSecond),
           "How long the caller may wait between two tones.", kHowTos);
  keys.Key(kSpeechForm | kSpeechOrDtmfForm, "end_silence",
           Duration(recognize.end_silence_ms, 0, 20 * kMsPerSecond),
           "Silence that ends a spoken answer.",
           "default: Azure's how-tos; range: our assumption");
  keys.Key(kDtmfForm | kSpeechOrDtmfForm, "max_tones",
           Count(recognize.max_tones, 1, 50), "How many tones are collected.",
           "minimum: Azure's how-tos; maximum and default: our assumption");
  keys.Key(kDtmfForm | kSpeechOrDtmfForm, "stop_tone",
           Flag(recognize.stop_tone),
           "Whether the caller may end the input with a tone such as #, before "
           "`max_tones`.",
           kHowTos);
  keys.Key(kRecognizeForm, "interrupt_prompt", Flag(recognize.interrupt_prompt),
           "Whether an answer interrupts the prompt.", kHowTos);
  keys.Key(kRecognizeForm, "barge_in", Share(recognize.barge_in),
           "Share of the answers that come before the end of the prompt, if "
           "this is allowed.");
  keys.Key(kChoicesForm | kSpeechOrDtmfForm, "by_speech",
           Share(recognize.by_speech),
           "Share of the answers that are spoken; the others are tones.");
  keys.Key(
      kRecognizeForm, "response",
      Spread(recognize.response, 0, 300 * kMsPerSecond, "as `timing/response`"),
      "From the end of the prompt to the caller's answer.");
  keys.Key(
      kChoicesForm | kSpeechForm | kSpeechOrDtmfForm, "utterance",
      Spread(recognize.utterance, 0, kMsPerMinute, "as `timing/utterance`"),
      "How long a spoken answer lasts.");
}

void VisitParticipantKeys(StepKeys& keys) {
  auto& ring = keys.As<RingStep>();
  keys.Key(kRingingForm, "who",
           Word(ring.who, WordsOf(ParticipantKindNames()), 1,
                "a kind of participant"),
           "Kind of the called participant: a telephone, an ACS client or "
           "Teams.");
  keys.Key(kRingingForm, "callee_does",
           Weights(ring.callee_does, CalleeNames(keys.own),
                   "what the other side can do here"),
           "What the callee does, by weight.");
  keys.Key(kRingingForm, "ring",
           Spread(ring.ring, 0, 180 * kMsPerSecond, "as `timing/ring`"),
           "How long it rings before it is answered.");
  keys.Key(
      kInviteForm | kMoveForm | kTransferForm, "invitation_timeout",
      Duration(ring.invitation_timeout_ms, kMsPerSecond, 180 * kMsPerSecond),
      "Maximum ring time.", "range: Azure's how-tos; default: our assumption");
  keys.Key(kInviteForm | kMoveForm, "stays",
           Spread(ring.stays, 0, kLongestStepMs, "to the end of the call"),
           "How long the new participant stays.");
  keys.Key(kTonesForm, "tones", Count(keys.As<SendTonesStep>().tones, 1, 18),
           "How many tones are sent.", "range: Azure's how-tos");
  keys.Key(
      kInviteForm | kWaitForm, "tests_patience",
      Flag((keys.own & kInviteForm) != 0 ? ring.tests_patience
                                         : keys.As<WaitStep>().tests_patience),
      "Whether the time of this step counts against the caller's "
      "patience, as in a queue.");
}

StartedStreaming& StreamingOf(StepKeys& keys) {
  return (keys.own & kDialForm) != 0 ? keys.As<RingStep>().streaming
                                     : keys.As<AnswerStep>().streaming;
}

void VisitStreamingKeys(StepKeys& keys) {
  constexpr std::string_view kSource =
      "Call Automation's API, version 2026-03-12; default: our assumption";
  StartedStreaming& started = StreamingOf(keys);
  keys.Key(kStartForm, "start_media_streaming", Flag(started.media_streaming),
           "Whether media streaming begins with the call.", kSource);
  keys.Key(kStartForm, "start_transcription", Flag(started.transcription),
           "Whether transcription begins with the call.", kSource);
  keys.Key(kStartForm | kStreamingForm, "audio_channels",
           Word((keys.own & kStreamingForm) != 0
                    ? keys.As<StartMediaStreamingStep>().audio_unmixed
                    : started.audio_unmixed,
                {"mixed", "unmixed"}),
           "Whether media streaming carries the sound of all participants in "
           "one stream or that of each in its own.",
           kSource);
}

// What the caller does in this step.
Mix<Behaviour>& CallerDoes(StepKeys& keys) {
  if ((keys.own & kPlayForm) != 0) return keys.As<PlayStep>().caller_does;
  if ((keys.own & kWaitForm) != 0) return keys.As<WaitStep>().caller_does;
  return keys.As<RecognizeStep>().caller_does;
}

// The length of a wait, or `agent`.
Value WaitLength(WaitStep& wait) {
  Value value = Spread(wait.length, 0, kLongestStepMs);
  value.read = [&wait, read = value.read](const JsonNode& node,
                                          ProblemList& problems) {
    wait.for_agent = node.kind == Kind::kString && node.text == kForAgent;
    if (!wait.for_agent) read(node, problems);
  };
  value.write = [&wait, write = value.write] {
    return wait.for_agent ? JsonString(kForAgent) : write();
  };
  value.info = [info = value.info] {
    ValueInfo described = info();
    described.type = "distribution, or `agent`";
    described.schema =
        R"("anyOf":[{"const":"agent"},{)" + described.schema + "}]";
    return described;
  };
  return value;
}

// The value is read by `ReadKind`, so it is not stored here.
Value OperationName(const Step& step) {
  const auto operation = OperationOf(step);
  return WordNumber(
      WordsOf(OperationNames()),
      operation ? static_cast<std::size_t>(*operation) : kOperationCount,
      [](std::size_t) {}, "an operation");
}

// `ReadKind` must have created `keys.step.action`.
void VisitStep(StepKeys keys, FlowDraft& draft) {
  keys.Key(kAllForms, "operation", OperationName(keys.step),
           "The request that is made; see [Operations](#operations). A step "
           "has this or `wait`.",
           kHowTos);
  keys.Key(
      kAllForms, "wait",
      WrittenIf(std::holds_alternative<WaitStep>(keys.step.action),
                WithDefault(WaitLength(keys.As<WaitStep>()), "")),
      "Time without a request: people talk, or wait in a queue; `agent` until "
      "one of the `agents` is free. A step has this or `operation`.");
  keys.Key(kAllForms, "operation_context",
           WrittenIf(!keys.step.operation_context.empty(),
                     WithDefault(Name(keys.step.operation_context, "-_.:/", 1,
                                      kMaxOperationContext),
                                 "the step's name")),
           "`operationContext` in the callback events that the request causes; "
           "not for a wait.",
           "meaning: Azure's how-tos; range and default: our assumption");
  VisitPlayKeys(keys);
  VisitRecognizeKeys(keys);
  VisitParticipantKeys(keys);
  VisitStreamingKeys(keys);
  keys.Key(kPlayForm | kRecognizeForm | kWaitForm, "caller_does",
           WithDefault(
               Weights(CallerDoes(keys),
                       BehaviourNames(keys.step, keys.of_any_step() ||
                                                     !draft.outcomes_are_known),
                       "what a caller can do in " +
                           (keys.of_any_step() ? "a step"
                                               : StepKindText(keys.step))),
               "as requested"),
           "What the caller does, by weight; see [Callers](#callers).");
  keys.Key(kAllForms, "on", OnOutcome(keys.step, draft),
           "The next step after certain outcomes, or after all outcomes of the "
           "group `completed` or `failed`.");
  keys.Key(kAllForms, "agent_free", NextTarget(keys.step.agent_free, draft),
           "The next step if this one completes while one of the `agents` is "
           "free for the caller.");
  keys.Key(kAllForms, "next", NextTarget(keys.step.next, draft),
           "The next step after all other outcomes.");
}

// Reads the keys that determine which other keys are allowed. Errors in them
// are reported later.
void ReadKind(const JsonNode& node, Step& step) {
  if (const JsonNode* operation = node.Find("operation")) {
    SetAction(FindOperation(operation->text), step);
  }
  auto* const recognize = std::get_if<RecognizeStep>(&step.action);
  const JsonNode* input = node.Find("input");
  if (recognize != nullptr && input != nullptr) {
    recognize->input = FindInput(input->text).value_or(Input::kNone);
  }
}

// Whether the values that decide on the outcomes are valid.
bool OutcomesAreKnown(const JsonNode& node, const Step& step) {
  const auto is_one_of = [](const std::vector<std::string_view>& words,
                            const JsonNode* value) {
    return value == nullptr ||
           std::find(words.begin(), words.end(), value->text) != words.end();
  };
  const JsonNode* sound = &node;
  if (std::holds_alternative<RecognizeStep>(step.action)) {
    if (!is_one_of(InputWords(), node.Find("input"))) return false;
    sound = node.Find("prompt");
  } else if (!std::holds_alternative<PlayStep>(step.action)) {
    return true;
  }
  return sound == nullptr || is_one_of(SourceWords(), sound->Find("source"));
}

// Checks conditions that involve several keys.
void CheckStep(const Step& step, const JsonNode& node, ProblemList& problems) {
  const auto at = [&](const char* key) -> const JsonNode& {
    const JsonNode* value = node.Find(key);
    return value != nullptr ? *value : node;
  };
  if (std::holds_alternative<WaitStep>(step.action) &&
      !step.operation_context.empty()) {
    problems.Add(at("operation_context"),
                 "a wait causes no events, so it has no operation_context");
  }
  const auto* play = std::get_if<PlayStep>(&step.action);
  if (play != nullptr && play->loop && !play->background) {
    problems.Add(at("loop"),
                 "a play in a loop must be in the background, or it would "
                 "never end");
  }
  constexpr std::int64_t kMostSpeechSilence = 20 * kMsPerSecond;
  const auto* recognize = std::get_if<RecognizeStep>(&step.action);
  if (recognize != nullptr && NeedsRecognition(recognize->input) &&
      recognize->initial_silence_ms > kMostSpeechSilence) {
    const JsonNode& place = at("initial_silence");
    problems.Add(place,
                 OutOfRange(place, "0s to 20s, unless the input is Dtmf"));
  }
}

}  // namespace

const Names<ParticipantKind>& ParticipantKindNames() {
  static const Names<ParticipantKind> names = [] {
    Names<ParticipantKind> all;
    for (const ParticipantKind kind :
         {ParticipantKind::kPstn, ParticipantKind::kAcs,
          ParticipantKind::kTeams}) {
      all.emplace_back(kParticipantKindNames[static_cast<std::size_t>(kind)],
                       kind);
    }
    return all;
  }();
  return names;
}

const Names<Operation>& OperationNames() {
  static const Names<Operation> names = [] {
    Names<Operation> all;
    for (std::size_t i = 0; i < kOperationCount; ++i) {
      all.emplace_back(Operations()[i].name, static_cast<Operation>(i));
    }
    return all;
  }();
  return names;
}

bool ReadStep(const JsonNode& node, ProblemList& problems, FlowDraft& draft,
              Step& step) {
  const bool has_operation = node.Find("operation") != nullptr;
  const bool has_wait = node.Find("wait") != nullptr;
  if (node.kind == Kind::kObject && has_operation == has_wait) {
    problems.Add(node, has_wait
                           ? "a step has \"operation\" or \"wait\", not both"
                           : "a step needs \"operation\" or \"wait\"");
  }
  ReadKind(node, step);
  const bool is_known = has_operation != has_wait &&
                        has_operation == OperationOf(step).has_value();
  draft.outcomes_are_known = is_known && OutcomesAreKnown(node, step);
  const bool others_are_whole = std::exchange(draft.is_whole, true);
  ReadObject(node, problems, [&](KeyVisitor& keys) {
    if (is_known) {
      VisitStep({step, keys, FormsOf(step), StepKindText(step)}, draft);
    } else {
      // The kind is unknown: allow all keys, and require none.
      VisitStep({step, keys, kAllForms, "", /*requires_keys=*/false}, draft);
    }
  });
  const bool is_whole = draft.outcomes_are_known && draft.is_whole;
  draft.is_whole = others_are_whole;
  if (is_known) CheckStep(step, node, problems);
  if (is_whole) CheckTargets(step, node, problems);
  return is_whole;
}

std::string WriteStep(Step& step, FlowDraft& draft) {
  return WriteObject([&](KeyVisitor& keys) {
    VisitStep({step, keys, FormsOf(step), StepKindText(step)}, draft);
  });
}

void VisitAnyStep(KeyVisitor& keys) {
  Step step;
  Flow flow;
  FlowDraft draft{flow};
  draft.outcomes_are_known = false;
  VisitStep({step, keys}, draft);
}

}  // namespace busyhour::internal
