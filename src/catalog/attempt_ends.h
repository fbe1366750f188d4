#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "busyhour/catalog.h"

namespace busyhour::internal {

struct AttemptEndInfo {
  AttemptEnd end = AttemptEnd::kCompleted;
  std::string_view name;     ///< in a profile
  std::string_view meaning;  ///< in messages: "the call ..."
};

/// Indexed by `AttemptEnd`.
inline constexpr std::array kAttemptEnds = {
    AttemptEndInfo{AttemptEnd::kCompleted, "completed", "came to its end"},
    AttemptEndInfo{AttemptEnd::kDisturbed, "disturbed",
                   "was disturbed by failures of the service"},
    AttemptEndInfo{AttemptEnd::kAbandoned, "abandoned",
                   "was abandoned by the caller"},
    AttemptEndInfo{AttemptEnd::kDropped, "dropped", "was cut off"},
    AttemptEndInfo{AttemptEnd::kFailed, "failed", "was not set up"},
    AttemptEndInfo{AttemptEnd::kNoAnswer, "no_answer", "was not answered"},
    AttemptEndInfo{AttemptEnd::kBusy, "busy", "found the callee busy"},
    AttemptEndInfo{AttemptEnd::kDeclined, "declined", "was declined"},
    AttemptEndInfo{AttemptEnd::kUnreachable, "unreachable",
                   "could not reach the callee"},
    AttemptEndInfo{AttemptEnd::kVoicemail, "voicemail",
                   "was taken by voicemail"},
};

inline const AttemptEndInfo& Info(AttemptEnd end) {
  return kAttemptEnds[static_cast<std::size_t>(end)];
}

}  // namespace busyhour::internal
