#include "profile/step_form.h"

#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "text/problems.h"

namespace busyhour::internal {
namespace {

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

// The names of the entries in `all` whose forms are all in `forms`.
std::string NamesOf(unsigned forms, std::span<const FormName> all) {
  std::vector<std::string_view> names;
  for (const FormName& form : all) {
    if ((forms & form.forms) == form.forms) names.push_back(form.name);
  }
  return EitherOf(names);
}

unsigned FormsOf(const WaitStep&) { return kWaitForm; }
unsigned FormsOf(const PlayStep&) { return kPlayForm; }
unsigned FormsOf(const RecognizeStep& recognize) {
  switch (recognize.input) {
    case Input::kNone:
      break;
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
}
unsigned FormsOf(const AnswerStep&) { return kAnswerForm; }
unsigned FormsOf(const RingStep& ring) {
  switch (Info(ring.operation).activity) {
    case Activity::kInvite:
      return kInviteForm;
    case Activity::kMove:
      return kMoveForm;
    case Activity::kTransfer:
      return kTransferForm;
    default:
      return kDialForm;
  }
}
unsigned FormsOf(const StartMediaStreamingStep&) { return kStreamingForm; }
unsigned FormsOf(const SendTonesStep&) { return kTonesForm; }
unsigned FormsOf(const RequestStep&) { return kOtherForm; }

}  // namespace

std::string FormsText(unsigned forms) {
  const std::string names = NamesOf(forms, kOtherForms);
  if (!names.empty()) return names;
  return "Recognize by " + NamesOf(forms, kInputForms);
}

unsigned FormsOf(const Step& step) {
  return std::visit([](const auto& action) { return FormsOf(action); },
                    step.action);
}

void SetAction(std::optional<Operation> operation, Step& step) {
  if (!operation) {
    step.action.emplace<WaitStep>();
    return;
  }
  switch (Info(*operation).activity) {
    case Activity::kPlay:
      step.action.emplace<PlayStep>();
      break;
    case Activity::kRecognize:
      step.action.emplace<RecognizeStep>();
      break;
    case Activity::kPickUp:
      step.action.emplace<AnswerStep>().operation = *operation;
      break;
    case Activity::kDial:
    case Activity::kInvite:
    case Activity::kMove:
    case Activity::kTransfer:
      step.action.emplace<RingStep>().operation = *operation;
      break;
    case Activity::kSendTones:
      step.action.emplace<SendTonesStep>();
      break;
    default:
      if (*operation == StartMediaStreamingStep::operation) {
        step.action.emplace<StartMediaStreamingStep>();
      } else {
        step.action.emplace<RequestStep>().operation = *operation;
      }
  }
}

}  // namespace busyhour::internal
