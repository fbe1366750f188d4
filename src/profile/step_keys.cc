#include "profile/step_keys.h"

#include <span>
#include <string>
#include <utility>

#include "profile/graph.h"
#include "profile/step_outcomes.h"

// The keys of a step. Which of them it may have depends on what kind of step it
// is.

namespace busyhour {
namespace {

using Kind = JsonNode::Kind;

constexpr std::int64_t kLongestStepMs = kMsPerDay;

// What a step can be, as far as its keys go.
enum Form : unsigned {
  kWaitForm = 1 << 0,
  kPlayForm = 1 << 1,
  kDtmfForm = 1 << 2,
  kChoicesForm = 1 << 3,
  kSpeechForm = 1 << 4,
  kSpeechOrDtmfForm = 1 << 5,
  kDialForm = 1 << 6,
  kInviteForm = 1 << 7,
  kMoveForm = 1 << 8,
  kTransferForm = 1 << 9,
  kTonesForm = 1 << 10,
  kAnswerForm = 1 << 11,
  kStreamingForm = 1 << 12,
  kOtherForm = 1 << 13,
  kStartForm = kDialForm | kAnswerForm,
  kRecognizeForm = kDtmfForm | kChoicesForm | kSpeechForm | kSpeechOrDtmfForm,
  kRingingForm = kDialForm | kInviteForm | kMoveForm | kTransferForm,
  kAllForms = (1 << 14) - 1,
};

struct FormName {
  unsigned forms;
  std::string_view name;
};
constexpr FormName kInputForms[] = {
    {kDtmfForm, "Dtmf"},
    {kChoicesForm, "Choices"},
    {kSpeechForm, "Speech"},
    {kSpeechOrDtmfForm, "SpeechOrDtmf"},
};
constexpr FormName kOtherForms[] = {
    {kPlayForm, "Play"},
    {kRecognizeForm, "Recognize"},
    {kDialForm, "CreateCall"},
    {kAnswerForm, "AnswerCall"},
    {kAnswerForm, "ConnectCall"},
    {kStreamingForm, "StartMediaStreaming"},
    {kInviteForm, "AddParticipant"},
    {kMoveForm, "MoveParticipants"},
    {kTransferForm, "TransferCallToParticipant"},
    {kTonesForm, "SendDtmfTones"},
    {kWaitForm, "a wait"},
};

// The names of those that `forms` has all of.
std::string NamesOf(unsigned forms, std::span<const FormName> all) {
  std::vector<std::string_view> names;
  for (const FormName& form : all) {
    if ((forms & form.forms) == form.forms) names.push_back(form.name);
  }
  return EitherOf(names);
}

// `Play or Recognize`, `Recognize by Dtmf or SpeechOrDtmf`.
std::string FormsText(unsigned forms) {
  const std::string names = NamesOf(forms, kOtherForms);
  if (!names.empty()) return names;
  return "Recognize by " + NamesOf(forms, kInputForms);
}

unsigned FormsOf(const Step& step) {
  if (!step.operation) return kWaitForm;
  switch (Info(*step.operation).activity) {
    case Activity::kPlay:
      return kPlayForm;
    case Activity::kRecognize:
      switch (step.input) {
        case Input::kNone:
          return kRecognizeForm;
        case Input::kDtmf:
          return kDtmfForm;
        case Input::kChoices:
          return kChoicesForm;
        case Input::kSpeech:
          return kSpeechForm;
        case Input::kSpeechOrDtmf:
          return kSpeechOrDtmfForm;
      }
      return kRecognizeForm;
    case Activity::kDial:
      return kDialForm;
    case Activity::kInvite:
      return kInviteForm;
    case Activity::kMove:
      return kMoveForm;
    case Activity::kTransfer:
      return kTransferForm;
    case Activity::kSendTones:
      return kTonesForm;
    case Activity::kPickUp:
      return kAnswerForm;
    case Activity::kStart:
      return *step.operation == Operation::kStartMediaStreaming ? kStreamingForm
                                                                : kOtherForm;
    default:
      return kOtherForm;
  }
}

Names<Source> SourceNames() {
  return {{SourceName(Source::kFile), Source::kFile},
          {SourceName(Source::kText), Source::kText},
          {SourceName(Source::kSsml), Source::kSsml}};
}

std::vector<std::string_view> SourceWords() { return WordsOf(SourceNames()); }

std::vector<std::string_view> InputWords() {
  std::vector<std::string_view> words;
  for (std::size_t i = 1; i < kInputCount; ++i) {
    words.push_back(InputName(static_cast<Input>(i)));
  }
  return words;
}

std::vector<std::string_view> OperationWords() {
  std::vector<std::string_view> words;
  for (const OperationInfo& info : Operations()) words.push_back(info.name);
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

// The words for what a caller can do in such a step, or in any at all.
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

// The kinds of step that the keys of `VisitStep` are checked against.
struct StepKeys {
  KeyVisitor& keys;
  unsigned own = kAllForms;
  std::string here = {};
  bool requires_keys = true;

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

void VisitPrompt(Step& step, KeyVisitor& keys) {
  keys.Required("source", Word(step.source, SourceWords(), 1, "a source"),
                "Source of the audio.", kHowTos);
  keys.Optional("length", Spread(step.length, 0, kMsPerHour),
                "How long the prompt is.");
}

void VisitMediaKeys(Step& step, const StepKeys& keys) {
  keys.Key(kPlayForm, "source", Word(step.source, SourceWords(), 1, "a source"),
           "Source of the audio.", kHowTos, /*required=*/true);
  keys.Key(kPlayForm, "length", Spread(step.length, 0, kMsPerHour),
           "Length of the audio, played once.");
  keys.Key(kPlayForm, "loop", Flag(step.loop),
           "Whether it is repeated until something stops it; only in the "
           "background.",
           kHowTos);
  keys.Key(kPlayForm, "to", Word(step.to_participant, {"all", "participant"}),
           "Whether all participants hear it or only the caller.", kHowTos);
  keys.Key(kPlayForm | kInviteForm, "background", Flag(step.background),
           "Whether the flow continues as soon as the request is accepted, "
           "while it still plays or rings.",
           kHowTos);
  keys.Key(kRecognizeForm, "input",
           Word(step.input, InputWords(), 1, "an input"), "The expected input.",
           kHowTos, /*required=*/true);
  keys.Key(kRecognizeForm, "prompt",
           Object([&step](KeyVisitor& inner) { VisitPrompt(step, inner); }),
           "The prompt that the caller hears first; without it, recognition "
           "starts immediately.",
           kHowTos);
  keys.Key(kRecognizeForm, "initial_silence",
           Duration(step.initial_silence_ms, 0, 300 * kMsPerSecond),
           "How long the caller may be silent after the prompt; at most 20s "
           "unless `input` is `Dtmf`.",
           kHowTos);
  keys.Key(kDtmfForm | kSpeechOrDtmfForm, "inter_tone",
           Duration(step.inter_tone_ms, kMsPerSecond, 60 * kMsPerSecond),
           "How long the caller may wait between two tones.", kHowTos);
  keys.Key(kSpeechForm | kSpeechOrDtmfForm, "end_silence",
           Duration(step.end_silence_ms, 0, 20 * kMsPerSecond),
           "Silence that ends a spoken answer.",
           "default: Azure's how-tos; range: our assumption");
  keys.Key(kDtmfForm | kSpeechOrDtmfForm, "max_tones",
           Count(step.max_tones, 1, 50), "How many tones are collected.",
           "minimum: Azure's how-tos; maximum and default: our assumption");
  keys.Key(kDtmfForm | kSpeechOrDtmfForm, "stop_tone", Flag(step.stop_tone),
           "Whether the caller may end the input with a tone such as #, before "
           "`max_tones`.",
           kHowTos);
  keys.Key(kRecognizeForm, "interrupt_prompt", Flag(step.interrupt_prompt),
           "Whether an answer interrupts the prompt.", kHowTos);
  keys.Key(kRecognizeForm, "barge_in", Share(step.barge_in),
           "Share of the answers that come before the end of the prompt, if "
           "this is allowed.");
  keys.Key(kChoicesForm | kSpeechOrDtmfForm, "by_speech", Share(step.by_speech),
           "Share of the answers that are spoken; the others are tones.");
  keys.Key(kRecognizeForm, "response",
           Spread(step.response, 0, 300 * kMsPerSecond, "as `timing/response`"),
           "From the end of the prompt to the caller's answer.");
  keys.Key(kChoicesForm | kSpeechForm | kSpeechOrDtmfForm, "utterance",
           Spread(step.utterance, 0, kMsPerMinute, "as `timing/utterance`"),
           "How long a spoken answer lasts.");
}

void VisitParticipantKeys(Step& step, const StepKeys& keys) {
  keys.Key(
      kRingingForm, "who",
      Word(step.who, WordsOf(ParticipantKindNames()), 1,
           "a kind of participant"),
      "Kind of the called participant: a telephone, an ACS client or Teams.");
  keys.Key(kRingingForm, "callee_does",
           Weights(step.callee_does, CalleeNames(keys.own),
                   "what the other side can do here"),
           "What the callee does, by weight.");
  keys.Key(kRingingForm, "ring",
           Spread(step.ring, 0, 180 * kMsPerSecond, "as `timing/ring`"),
           "How long it rings before it is answered.");
  keys.Key(
      kInviteForm | kMoveForm | kTransferForm, "invitation_timeout",
      Duration(step.invitation_timeout_ms, kMsPerSecond, 180 * kMsPerSecond),
      "Maximum ring time.", "range: Azure's how-tos; default: our assumption");
  keys.Key(kInviteForm | kMoveForm, "stays",
           Spread(step.stays, 0, kLongestStepMs, "to the end of the call"),
           "How long the new participant stays.");
  keys.Key(kTonesForm, "tones", Count(step.tones, 1, 18),
           "How many tones are sent.", "range: Azure's how-tos");
  keys.Key(kInviteForm | kWaitForm, "tests_patience", Flag(step.tests_patience),
           "Whether the time of this step counts against the caller's "
           "patience, as in a queue.");
}

void VisitStreamingKeys(Step& step, const StepKeys& keys) {
  constexpr std::string_view kSource =
      "Call Automation's API, version 2026-03-12; default: our assumption";
  keys.Key(kStartForm, "start_media_streaming",
           Flag(step.start_media_streaming),
           "Whether media streaming begins with the call.", kSource);
  keys.Key(kStartForm, "start_transcription", Flag(step.start_transcription),
           "Whether transcription begins with the call.", kSource);
  keys.Key(kStartForm | kStreamingForm, "audio_channels",
           Word(step.audio_unmixed, {"mixed", "unmixed"}),
           "Whether media streaming carries the sound of all participants in "
           "one stream or that of each in its own.",
           kSource);
}

// `step.operation` and `step.input` must have been read by `ReadKind`.
void VisitStep(Step& step, FlowDraft& draft, const StepKeys& keys) {
  keys.Key(kAllForms, "operation",
           WordNumber(
               OperationWords(), kOperationCount, [](std::size_t) {},
               "an operation"),
           "The request that is made; see [Operations](#operations). A step "
           "has this or `wait`.",
           kHowTos);
  keys.Key(kAllForms, "wait",
           WithDefault(Spread(step.wait, 0, kLongestStepMs), ""),
           "Time without a request: people talk, or wait in a queue. A step "
           "has this or `operation`.");
  VisitMediaKeys(step, keys);
  VisitParticipantKeys(step, keys);
  VisitStreamingKeys(step, keys);
  keys.Key(kPlayForm | kRecognizeForm | kWaitForm, "caller_does",
           WithDefault(Weights(step.caller_does,
                               BehaviourNames(step, keys.of_any_step()),
                               "what a caller can do in " + StepKindText(step)),
                       "as requested"),
           "What the caller does, by weight; see [Callers](#callers).");
  keys.Key(kAllForms, "on", OnOutcome(step, draft),
           "The next step after certain outcomes, or after all outcomes of the "
           "group `completed` or `failed`.");
  keys.Key(kAllForms, "next", NextTarget(step.next, draft),
           "The next step after all other outcomes.");
}

// Reads what decides about the other keys. Mistakes in it are reported later.
void ReadKind(const JsonNode& node, Step& step) {
  if (const JsonNode* operation = node.Find("operation")) {
    step.operation = FindOperation(operation->text);
  }
  const JsonNode* input = node.Find("input");
  if (step.operation == Operation::kRecognize && input != nullptr) {
    step.input = FindInput(input->text).value_or(Input::kNone);
  }
}

// What no single key can tell.
void CheckStep(const Step& step, const JsonNode& node, ProblemList& problems) {
  const auto at = [&](const char* key) -> const JsonNode& {
    const JsonNode* value = node.Find(key);
    return value != nullptr ? *value : node;
  };
  if (step.loop && !step.background) {
    problems.Add(at("loop"),
                 "a play in a loop must be in the background, or it would "
                 "never end");
  }
  constexpr std::int64_t kMostSpeechSilence = 20 * kMsPerSecond;
  if (NeedsRecognition(step.input) &&
      step.initial_silence_ms > kMostSpeechSilence) {
    const JsonNode& place = at("initial_silence");
    problems.Add(place,
                 OutOfRange(place, "0s to 20s, unless the input is Dtmf"));
  }
}

}  // namespace

const Names<ParticipantKind>& ParticipantKindNames() {
  static const Names<ParticipantKind> names = {
      {"pstn", ParticipantKind::kPstn},
      {"acs", ParticipantKind::kAcs},
      {"teams", ParticipantKind::kTeams}};
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
  const bool is_known =
      has_operation != has_wait && has_operation == step.operation.has_value();
  const bool others_are_whole = std::exchange(draft.is_whole, true);
  ReadObject(node, problems, [&](KeyVisitor& keys) {
    if (is_known) {
      VisitStep(step, draft, {keys, FormsOf(step), StepKindText(step)});
    } else {
      // It may have any key, and need have none.
      VisitStep(step, draft, {keys, kAllForms, "", /*requires_keys=*/false});
    }
  });
  const bool is_whole = is_known && draft.is_whole;
  draft.is_whole = others_are_whole;
  if (is_known) CheckStep(step, node, problems);
  if (is_whole) CheckTargets(step, node, problems);
  return is_whole;
}

void VisitAnyStep(KeyVisitor& keys) {
  Step step;
  Flow flow;
  FlowDraft draft{flow};
  VisitStep(step, draft, {keys});
}

}  // namespace busyhour
