#pragma once

#include <optional>
#include <string>

#include "catalog/operations.h"
#include "profile/call_flow.h"

namespace busyhour::internal {

/// The kinds of steps that differ in their keys, one bit each.
enum StepForm : unsigned {
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

/// `Play or Recognize`, `Recognize by Dtmf or SpeechOrDtmf`.
std::string FormsText(unsigned forms);

/// The form of a step; all that are possible if its input is unknown.
unsigned FormsOf(const Step& step);

/// Makes `step` a request or a wait, with the defaults of its kind.
void SetAction(std::optional<Operation> operation, Step& step);

}  // namespace busyhour::internal
