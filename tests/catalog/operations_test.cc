#include "catalog/operations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "catalog/statuses.h"

namespace busyhour::internal {
namespace {

Operation OperationAt(std::size_t index) {
  return static_cast<Operation>(index);
}

TEST(OperationsTest, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    const std::string_view name = Operations()[i].name;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(FindOperation(name), OperationAt(i)) << name;
    // PascalCase, like the confirmed names.
    EXPECT_TRUE(name[0] >= 'A' && name[0] <= 'Z') << name;
    EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    })) << name;
  }
  EXPECT_EQ(FindOperation("play"), std::nullopt);
  EXPECT_EQ(FindOperation(""), std::nullopt);
}

TEST(OperationsTest, TheTableIsInTheOrderOfTheEnumeration) {
  EXPECT_EQ(Info(Operation::kCreateCall).name, "CreateCall");
  EXPECT_EQ(Info(Operation::kTransferCallToParticipant).name,
            "TransferCallToParticipant");
  EXPECT_EQ(Info(Operation::kPlay).name, "Play");
  EXPECT_EQ(Info(Operation::kRecognize).name, "Recognize");
  EXPECT_EQ(Info(Operation::kUnhold).name, "Unhold");
  EXPECT_EQ(Info(Operation::kStartRecording).name, "StartRecording");
  EXPECT_EQ(Info(Operation::kStopTranscription).name, "StopTranscription");
}

// Spellings confirmed by Azure's table reference and its example queries.
TEST(OperationsTest, HasTheConfirmedSpellings) {
  for (const char* name :
       {"CreateCall", "AnswerCall", "Play", "Recognize", "StartMediaStreaming",
        "StopMediaStreaming", "StartTranscription", "StopTranscription",
        "UpdateTranscription", "StartRecording", "StopRecording",
        "PauseRecording", "ResumeRecording"}) {
    EXPECT_TRUE(FindOperation(name).has_value()) << name;
  }
}

// Statuses in the generated REST client, npm
// @azure/communication-call-automation 1.0.0 to 1.6.0.
TEST(OperationsTest, SucceedWithTheStatusesOfTheRestClient) {
  const std::map<std::string_view, int> kStatuses = {
      {"CreateCall", 201},
      {"AnswerCall", 200},
      {"RedirectCall", 204},
      {"RejectCall", 204},
      {"ConnectCall", 200},
      {"GetCall", 200},
      {"HangUpCall", 204},
      {"TerminateCall", 204},
      {"TransferCallToParticipant", 202},
      {"GetParticipant", 200},
      {"GetParticipants", 200},
      {"AddParticipant", 202},
      {"CancelAddParticipant", 202},
      {"MoveParticipants", 202},
      {"RemoveParticipant", 202},
      {"MuteParticipants", 200},
      {"Play", 202},
      {"Recognize", 202},
      {"CancelAllMediaOperations", 202},
      {"SendDtmfTones", 202},
      {"StartContinuousDtmfRecognition", 200},
      {"StopContinuousDtmfRecognition", 200},
      {"Hold", 200},
      {"Unhold", 200},
      {"StartRecording", 200},
      {"GetRecordingProperties", 200},
      {"PauseRecording", 202},
      {"ResumeRecording", 202},
      {"StopRecording", 204},
      {"StartMediaStreaming", 202},
      {"StopMediaStreaming", 202},
      {"StartTranscription", 202},
      {"UpdateTranscription", 202},
      {"StopTranscription", 202},
  };
  EXPECT_EQ(kStatuses.size(), kOperationCount);
  for (const OperationInfo& info : Operations()) {
    ASSERT_TRUE(kStatuses.contains(info.name)) << info.name;
    EXPECT_EQ(info.success_status, kStatuses.at(info.name)) << info.name;
    EXPECT_LT(StatusIndex(info.success_status), kSuccessStatusCount)
        << info.name;
  }
}

TEST(OperationsTest, OnlyThoseThatBringACallAboutStartOne) {
  const std::set<std::string_view> kStarts = {
      "CreateCall", "AnswerCall", "RedirectCall", "RejectCall", "ConnectCall"};
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    EXPECT_EQ(StartsCall(OperationAt(i)),
              kStarts.contains(Operations()[i].name))
        << Operations()[i].name;
  }
}

TEST(OperationsTest, KnowsTheRecordingInterface) {
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    const std::string_view name = Operations()[i].name;
    EXPECT_EQ(IsRecording(OperationAt(i)),
              name.find("Recording") != std::string_view::npos)
        << name;
  }
}

// For all toggles: one operation starts it, and one stops it. Operations of
// other activities have no toggle.
TEST(OperationsTest, WhatCanBeStartedCanBeStopped) {
  std::map<Toggle, int> starts;
  std::map<Toggle, int> stops;
  for (const OperationInfo& info : Operations()) {
    const bool toggles = info.activity == Activity::kStart ||
                         info.activity == Activity::kStop ||
                         info.activity == Activity::kAdjust;
    EXPECT_EQ(info.toggle != Toggle::kNone, toggles) << info.name;
    starts[info.toggle] += info.activity == Activity::kStart;
    stops[info.toggle] += info.activity == Activity::kStop;
  }
  for (std::size_t i = 1; i < kToggleCount; ++i) {
    EXPECT_EQ(starts[static_cast<Toggle>(i)], 1) << i;
    EXPECT_EQ(stops[static_cast<Toggle>(i)], 1) << i;
  }
}

}  // namespace
}  // namespace busyhour::internal
