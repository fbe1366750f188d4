#include <gtest/gtest.h>

#include <string>

#include "problem_lines.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

Profile WrittenAndRead(const Profile& profile) {
  Profile read = ParseProfile(WriteProfile(profile), "written", profile.name);
  read.text = profile.text;
  read.source_text = profile.source_text;
  return read;
}

// For all shipped profiles p: Load(Write(p)) == p.
TEST(WriteProfileTest, ShippedProfilesComeBackEqual) {
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    const Profile profile = LoadProfile(std::string(builtin.name));
    EXPECT_TRUE(WrittenAndRead(profile) == profile) << builtin.name << '\n'
                                                    << WriteProfile(profile);
  }
}

// Features that the shipped profiles do not use: each form of a distribution,
// with and without limits; an outcome by name, by group and with retries;
// faults with and without a window.
TEST(WriteProfileTest, EveryKindOfValueComesBackEqual) {
  const Profile profile = Parse(R"({
    "description": "A \"quoted\" \\ text.",
    "resource": {"subscription": "5fab0875-3211-4879-8051-c688d0854c4d"},
    "traffic": {"rate": "7/min", "utc_offset": "-03:30", "capacity": "9/s",
                "start": "2026-03-02T08:00:00.250Z",
                "day": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
                        0.1, 0.2, 0.3, 0, 0, 0, 1, 1, 1, 1, 1, 1],
                "week": [1, 1, 1, 1, 1, 0.3, 0.7]},
    "timing": {
      "reaction": {"constant": "1s", "min": "2s"},
      "api_latency": {"uniform": ["10ms", "90ms"], "max": "50ms"},
      "api_latency_of": {"Play": "5ms", "GetCall": {"gamma": {"mean": "1s",
                                                              "cv": 0.3}}},
      "setup": {"normal": {"mean": "2s", "sd": "300ms"}},
      "media_start": {"lognormal": {"mu_s": -1.5, "sigma": 0.4}},
      "response": {"exponential": {"mean": "2s"}, "max": "1m"},
      "utterance": {"quantiles": [[0, "1s"], [0.35, "2500ms"], [1, "9s"]]}
    },
    "media": {"play": {}},
    "incidents": [{"name": "Slow day", "operations": ["Play", "GetCall"],
                   "requests": {"share": 0.1, "statuses": {"503": 1}}}],
    "faults": [{"kind": "delay", "rate": 0.5},
               {"kind": "clock_skew", "rate": 0.1, "every": "1h",
                "offset": "5m", "length": "10m", "logs": ["usage"],
                "by": {"uniform": ["-90s", "2m"]}},
               {"kind": "oversize", "rate": 0.01, "bytes": "64000B",
                "field": "CallerIpAddress"}],
    "logs": ["operational"],
    "flows": {"only": {
      "start": "call", "on_caller_left": "bye",
      "caller": {"kinds": {"acs": 1}, "patience": "1m"},
      "steps": {
        "call": {"operation": "CreateCall", "who": "teams",
                 "callee_does": {"answers": 2, "voicemail": 1},
                 "on": {"request_failed": {"retry": 3, "then": "end"},
                        "voicemail": "bye",
                        "completed": {"menu": 1, "wait": 2.5}}},
        "menu": {"operation": "Recognize", "input": "SpeechOrDtmf",
                 "prompt": {"source": "SSML", "length": "4s"},
                 "caller_does": {"answers": 1, "talks_on": 2},
                 "next": "listen"},
        "listen": {"operation": "Recognize", "input": "Choices",
                   "by_speech": 0.25, "next": "tones"},
        "tones": {"operation": "SendDtmfTones", "tones": 4, "next": "bye"},
        "wait": {"wait": {"uniform": ["1s", "3s"]}, "tests_patience": true,
                 "next": "bye"},
        "bye": {"operation": "HangUpCall"}
      }
    }}
  })");
  EXPECT_TRUE(WrittenAndRead(profile) == profile) << WriteProfile(profile);
}

TEST(WriteProfileTest, SaysTheKeysThatApplyAndNoOthers) {
  const std::string text = WriteProfile(Parse(FlowWith(
      R"("answer": {"operation": "AnswerCall",
                      "on": {"request_failed": "end"}, "next": "talk"},
         "talk": {"wait": "5s", "next": "end"})")));
  EXPECT_NE(text.find(R"("on_caller_left": "end")"), std::string::npos);
  EXPECT_NE(text.find(R"("wait": "5s")"), std::string::npos);
  for (const char* const key :
       {"\"subscription\"", "\"capacity\"", "\"caller\"", "\"max_tones\"",
        "\"callee_does\""}) {
    EXPECT_EQ(text.find(key), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace busyhour::internal
