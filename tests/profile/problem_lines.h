#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "profile/load.h"

namespace busyhour::internal {

/// A profile that loads, with the members `extra` in the root before its flows.
inline std::string ProfileWith(std::string_view extra) {
  return "{\"description\": \"For a test.\",\n" + std::string(extra) + R"(
    "flows": {
      "only": {
        "start": "answer",
        "steps": {"answer": {"operation": "AnswerCall", "next": "end"}}
      }
    }
  })";
}

/// A profile with one flow, which has `steps` and starts at the step `answer`.
inline std::string FlowWith(std::string_view steps) {
  return "{\"description\": \"For a test.\", \"flows\": {\"only\": {\"start\": "
         "\"answer\", \"steps\": {\n" +
         std::string(steps) + "\n}}}}";
}

inline Profile Parse(std::string_view text) {
  return ParseProfile(text, "test", "test");
}

/// The problems of `text`, without the name of the source; none if it loads.
inline std::vector<std::string> ProblemLines(std::string_view text) {
  std::vector<std::string> lines;
  try {
    ParseProfile(text, "", "test");
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) {
      lines.push_back(problem.Text());
    }
  }
  return lines;
}

/// The problems reported by `LoadProfile`; empty if the profile loads.
inline std::string LoadProblem(const std::string& name_or_path) {
  try {
    LoadProfile(name_or_path);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

}  // namespace busyhour::internal
