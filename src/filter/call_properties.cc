#include "filter/call_properties.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.h"
#include "base/duration_hint.h"
#include "base/units.h"
#include "catalog/attempt_ends.h"
#include "conditions/conditions.h"
#include "filter/call_events.h"
#include "scenario/redial.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

using Words = std::vector<std::string_view>;

void AddNew(Words& words, std::string_view word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) {
    words.push_back(word);
  }
}

// The words of a profile, or of all its resources.
template <class Add>
Words WordsOf(const Profile& profile, const Add& add) {
  Words words;
  if (profile.resources.empty()) add(profile, words);
  for (const Profile& each : profile.resources) add(each, words);
  return words;
}

std::uint64_t Waited(const Call& call) {
  if (call.queued_ms == 0) return 0;
  const std::uint32_t most =
      call.ended_ms > call.queued_ms ? call.ended_ms - call.queued_ms : 0;
  return std::min(call.agent_wait_ms, most);
}

constexpr CallQuantity kQuantities[] = {
    {"duration", "the time from the first to the last connected participant",
     true, "2m", ConnectedMs,
     [](const CallKind& kind) {
       return Bounds{kind.shortest_ms, kind.longest_ms};
     }},
    {"wait", "the time in the queue of the agents", true, "90s", Waited,
     [](const CallKind& kind) {
       return Bounds{0, kind.longest_wait_ms};
     }},
    {"participants", "everyone who was in the call, and the application", false,
     "3", [](const Call& call) -> std::uint64_t { return call.legs.size(); },
     [](const CallKind& kind) {
       return Bounds{std::min<std::uint64_t>(2, kind.most_participants),
                     kind.most_participants};
     }},
    {"requests", "the application's requests", false, "10",
     [](const Call& call) -> std::uint64_t { return call.requests.size(); },
     [](const CallKind& kind) {
       return Bounds{0, kind.most_requests};
     },
     "request"},
    {"sessions", "media streaming and transcription sessions", false, "1",
     [](const Call& call) -> std::uint64_t { return call.sessions.size(); },
     [](const CallKind& kind) {
       return Bounds{0, kind.most_sessions};
     }},
    {"redial", "how often the caller had called before", false, "1",
     [](const Call& call) -> std::uint64_t { return call.key.generation(); },
     [](const CallKind& kind) {
       return Bounds{0, kind.most_redials};
     }},
};

constexpr std::array<std::string_view, kParticipantKindCount> kCallerWords = {
    "application", "pstn", "acs", "teams"};

bool IsInIncident(const Call& call, const Plan& plan, std::string_view name) {
  bool is_in_any = false;
  const SimTime end = call.At(std::max(call.ended_ms, call.attempted_ms + 1));
  for (const Effect* effect : plan.conditions.ActiveIn(call.attempted(), end)) {
    if (!effect->Concerns(call.scope)) continue;
    if (effect->name == name) return true;
    is_in_any = true;
  }
  return name == kNoneWord && !is_in_any;
}

constexpr CallProperty kProperties[] = {
    {"flow", "the flow of the profile",
     [](const Profile& profile) {
       return WordsOf(profile, [](const Profile& each, Words& words) {
         for (const Flow& flow : each.flows) AddNew(words, flow.name);
       });
     },
     [](const Call& call, const Plan& plan, std::string_view word) {
       return plan.profile().flows[call.flow].name == word;
     },
     [](const CallKind& kind) { return Words{kind.flow}; }},
    {"end", "how the attempt ended, as its caller experienced it",
     [](const Profile&) {
       Words words;
       for (const AttemptEndInfo& info : kAttemptEnds) {
         words.push_back(info.name);
       }
       return words;
     },
     [](const Call& call, const Plan&, std::string_view word) {
       return Info(EndOf(call)).name == word;
     },
     [](const CallKind& kind) {
       Words words;
       for (const AttemptEndInfo& info : kAttemptEnds) {
         if ((kind.ends & BitOf(info.end)) != 0) words.push_back(info.name);
       }
       return words;
     }},
    {"caller", "the kind of the caller, or of the callee",
     [](const Profile&) {
       return Words(kCallerWords.begin() + 1, kCallerWords.end());
     },
     [](const Call& call, const Plan&, std::string_view word) {
       return kCallerWords[static_cast<std::size_t>(call.scope.caller)] == word;
     },
     [](const CallKind& kind) {
       Words words;
       for (std::size_t i = 0; i < kCallerWords.size(); ++i) {
         if ((kind.callers & BitOf(i)) != 0) words.push_back(kCallerWords[i]);
       }
       return words;
     }},
    {"direction", "whether the application answered the call or made it",
     [](const Profile&) {
       return Words{"inbound", "outbound"};
     },
     [](const Call& call, const Plan&, std::string_view word) {
       return (word == "inbound") == call.inbound;
     },
     [](const CallKind& kind) {
       return Words{kind.is_inbound ? "inbound" : "outbound"};
     }},
    {"incident", "an incident that was active during the call and concerns it",
     [](const Profile& profile) {
       Words words = WordsOf(profile, [](const Profile& each, Words& of_each) {
         for (const Incident& incident : each.incidents) {
           AddNew(of_each, incident.name);
         }
       });
       if (!words.empty()) AddNew(words, kNoneWord);
       return words;
     },
     IsInIncident,
     [](const CallKind& kind) {
       Words words = kind.incidents;
       words.push_back(kNoneWord);
       return words;
     },
     /*is_many=*/true},
};

template <class Row>
const Row* FindRow(std::span<const Row> rows, std::string_view name) {
  const auto found =
      std::find_if(rows.begin(), rows.end(),
                   [name](const Row& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

std::uint64_t ConnectedMs(const Call& call) noexcept {
  if (call.legs.empty()) return 0;
  // The application joins first and leaves last.
  const Leg& app = call.legs[kAppLeg];
  return app.left_ms - app.joined_ms;
}

std::optional<std::uint64_t> CallQuantity::Parse(std::string_view text) const {
  if (!is_duration) return ParseCount(text);
  const auto ms = ParseDuration(text);
  if (!ms) return std::nullopt;
  return static_cast<std::uint64_t>(*ms);
}

std::string CallQuantity::NotA(std::string_view text) const {
  if (!is_duration) {
    return NotANumber(text, "a number such as " + std::string(example));
  }
  return Quoted(text) + " is not a duration such as " + std::string(example) +
         DurationHint(text);
}

std::string NotANumber(std::string_view text, std::string_view kind) {
  return Quoted(text) + (std::all_of(text.begin(), text.end(), IsDigit)
                             ? " is too large a number"
                             : " is not " + std::string(kind));
}

std::span<const CallQuantity> CallQuantities() { return kQuantities; }
const CallQuantity* FindQuantity(std::string_view name) {
  return FindRow(CallQuantities(), name);
}

std::span<const CallProperty> CallProperties() { return kProperties; }
const CallProperty* FindProperty(std::string_view name) {
  return FindRow(CallProperties(), name);
}

std::vector<std::string_view> FilterNames() {
  std::vector<std::string_view> names = EventNames();
  for (const CallQuantity& each : CallQuantities()) names.push_back(each.name);
  for (const CallProperty& each : CallProperties()) names.push_back(each.name);
  return names;
}

bool IsFilterName(std::string_view name) {
  return FindQuantity(name) != nullptr || FindProperty(name) != nullptr ||
         EventsNamed(name).has_value();
}

}  // namespace busyhour::internal
