#include "filter/call_events.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>

#include "base/units.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/statuses.h"

namespace busyhour::internal {
namespace {

static_assert(kOperationCount <= 64 && kOutcomeCount <= 64);

// Of people who are rung.
constexpr std::uint64_t kReached =
    BitOf(Outcome::kCompleted) | BitOf(Outcome::kVoicemail);
constexpr std::uint64_t kAllOperations = BitOf(kOperationCount) - 1;

using EventWords = std::map<std::string, EventSet, std::less<>>;

// `initial_silence`, and `recognize_initial_silence`; for the outcomes of both
// operations, the short name means either.
void AddMediaWords(EventWords& words) {
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const OutcomeInfo& info = Outcomes()[i];
    if (info.activity == Activity::kInstant) continue;
    const std::string activity =
        info.activity == Activity::kPlay ? "play_" : "recognize_";
    const std::string name(info.name);
    words[activity + name].media |= BitOf(i);
    words[activity + std::string(GroupName(info.group))].media |= BitOf(i);
    if (info.group != ResultType::kCompleted || name != "completed") {
      words[name].media |= BitOf(i);
    }
    words["media_" + std::string(GroupName(info.group))].media |= BitOf(i);
  }
}

// `transfer_declined`, `invite_no_answer`, `dial_busy`.
void AddPeopleWords(EventWords& words) {
  struct Act {
    const char* name;
    Note::Kind note;
  };
  constexpr Act kActs[] = {{"dial_", Note::Kind::kNotConnected},
                           {"invite_", Note::Kind::kInvited},
                           {"transfer_", Note::Kind::kTransferred}};
  constexpr Outcome kFailures[] = {Outcome::kNoAnswer, Outcome::kBusy,
                                   Outcome::kDeclined, Outcome::kUnreachable};
  for (const Act& act : kActs) {
    const std::string prefix = act.name;
    for (const Outcome outcome : kFailures) {
      for (const std::string& name :
           {prefix + std::string(Info(outcome).name), prefix + "failed"}) {
        words[name].note = act.note;
        words[name].note_outcomes |= BitOf(outcome);
      }
    }
    // A dialled call that connects has no note: it has an answered request.
    if (act.note == Note::Kind::kNotConnected) continue;
    EventSet& completed = words[prefix + "completed"];
    completed.note = act.note;
    completed.note_outcomes = kReached;
  }
}

const EventWords& AllWords() {
  static const EventWords all = [] {
    EventWords words;
    for (std::size_t i = 0; i < kOperationCount; ++i) {
      words[std::string(Operations()[i].name)].operations = BitOf(i);
    }
    words["request"].operations = kAllOperations;
    AddMediaWords(words);
    // Any play or recognize that has ended.
    for (std::size_t i = 0; i < kOutcomeCount; ++i) {
      if (Outcomes()[i].activity == Activity::kInstant) continue;
      words["media"].media |= BitOf(i);
    }
    AddPeopleWords(words);
    words["tone"].note = Note::Kind::kTone;
    words["tone"].note_outcomes = ~std::uint64_t{0};
    return words;
  }();
  return all;
}

// Whether a status is meant by `429`, `4xx`, `accepted` or `refused`.
bool IsAnswer(int status, std::size_t index, std::string_view answer) {
  const bool is_accepted = index < kSuccessStatusCount;
  if (answer == "accepted") return is_accepted;
  if (answer == "refused") return !is_accepted;
  const std::string text = std::to_string(status);
  return text == answer || text.substr(0, 1) + "xx" == answer;
}

}  // namespace

std::optional<EventSet> EventsNamed(std::string_view name) {
  const auto found = AllWords().find(name);
  if (found == AllWords().end()) return std::nullopt;
  return found->second;
}

const std::vector<std::string_view>& EventNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> made;
    for (const auto& [name, events] : AllWords()) made.push_back(name);
    return made;
  }();
  return names;
}

bool Limit(EventSet& events, std::string_view answer) {
  if (events.operations != 0) {
    events.statuses = 0;
    for (std::size_t i = 0; i < Statuses().size(); ++i) {
      if (IsAnswer(Statuses()[i], i, answer)) events.statuses |= BitOf(i);
    }
    return events.statuses != 0;
  }
  const auto code = ParseUnsigned(answer);
  std::uint64_t media = 0;
  for (std::size_t i = 0; code && i < kOutcomeCount; ++i) {
    const OutcomeInfo& info = Outcomes()[i];
    if (static_cast<std::uint64_t>(info.code) == *code ||
        static_cast<std::uint64_t>(info.subcode) == *code) {
      media |= BitOf(i);
    }
  }
  events.media &= media;
  return events.media != 0;
}

std::string CodesOf(const EventSet& events) {
  std::set<int> codes;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    if ((events.media & BitOf(i)) == 0) continue;
    const OutcomeInfo& info = Outcomes()[i];
    for (const int code : {info.code, info.subcode}) {
      if (code != 0) codes.insert(code);
    }
  }
  if (codes.empty()) return "it has none";
  std::string text;
  for (const int code : codes) {
    if (!text.empty()) text += code == *codes.rbegin() ? " or " : ", ";
    text += std::to_string(code);
  }
  return text;
}

}  // namespace busyhour::internal
