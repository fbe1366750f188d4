#include "cli/filter_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "filter/call_events.h"
#include "filter/call_kinds.h"
#include "filter/call_properties.h"
#include "filter/possible_events.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 18;

struct EventGroup {
  std::string_view name;
  std::string_view key;  ///< in JSON
  bool (*has)(const EventSet& events);
};
constexpr EventGroup kGroups[] = {
    {"requests", "requests",
     [](const EventSet& events) { return events.operations != 0; }},
    {"play, recognize", "media",
     [](const EventSet& events) { return events.media != 0; }},
    {"other people", "people",
     [](const EventSet& events) { return events.note_outcomes != 0; }},
};

std::vector<std::string_view> EventsOf(const EventGroup& group,
                                       const PossibleEvents& possible) {
  std::vector<std::string_view> names;
  for (const std::string_view name : EventNames()) {
    const std::optional<EventSet> events = EventsNamed(name);
    if (group.has(*events) && events->IsAmong(possible)) names.push_back(name);
  }
  return names;
}

// The property's words, without those of no call of the profile.
std::vector<std::string_view> PossibleWords(
    const CallProperty& property, const Profile& profile,
    const std::vector<CallKind>& kinds) {
  std::vector<std::string_view> words = property.words(profile);
  std::erase_if(words, [&](std::string_view word) {
    return std::none_of(kinds.begin(), kinds.end(), [&](const CallKind& kind) {
      const auto possible = property.in(kind);
      return std::find(possible.begin(), possible.end(), word) !=
             possible.end();
    });
  });
  return words;
}

// `name` and `text` in two columns; the second one is broken at spaces.
std::string WordRow(std::string_view name, std::string_view text) {
  std::string row = fmt::format("  {:<{}}", name, kIndent - 2);
  std::size_t column = kIndent;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    if (!text.empty()) text.remove_prefix(1);
    if (column > kIndent && column + 1 + word.size() > kWidth) {
      row += '\n' + std::string(kIndent, ' ');
      column = kIndent;
    }
    if (column > kIndent) {
      row += ' ';
      ++column;
    }
    row += word;
    column += word.size();
  }
  return row + '\n';
}

}  // namespace

std::string FilterWordsText(const Profile& profile) {
  const PossibleEvents possible = PossibleEventsOf(profile);
  const std::vector<CallKind> kinds = CallKindsOf(profile);
  std::string text = "Events that calls of this profile can have:\n";
  for (const EventGroup& group : kGroups) {
    const auto names = EventsOf(group, possible);
    if (!names.empty())
      text += WordRow(group.name, fmt::to_string(fmt::join(names, ", ")));
  }
  text += WordRow("such as",
                  "Play(429), Play(4xx), Play(refused), media(8510), Play then "
                  "HangUpCall, initial_silence >= 2");
  text += "Quantities:\n";
  for (const CallQuantity& each : CallQuantities()) {
    text += WordRow(each.name, fmt::format("{}, such as {} > {}", each.meaning,
                                           each.name, each.example));
  }
  text += "Properties:\n";
  for (const CallProperty& each : CallProperties()) {
    const auto words = PossibleWords(each, profile, kinds);
    text += WordRow(
        each.name,
        words.empty()
            ? fmt::format("{}; this profile has none", each.meaning)
            : fmt::format("{}: {}", each.meaning, fmt::join(words, ", ")));
  }
  return text +
         "Between them: then, not, and, or, ( ). docs/find.md has their "
         "meanings.\n";
}

std::string FilterWordsJson(const Profile& profile) {
  const PossibleEvents possible = PossibleEventsOf(profile);
  const std::vector<CallKind> kinds = CallKindsOf(profile);
  nlohmann::ordered_json words;
  for (const EventGroup& group : kGroups) {
    words["events"][std::string(group.key)] = EventsOf(group, possible);
  }
  for (const CallQuantity& each : CallQuantities()) {
    words["quantities"][std::string(each.name)] = each.meaning;
  }
  for (const CallProperty& each : CallProperties()) {
    words["properties"][std::string(each.name)] =
        PossibleWords(each, profile, kinds);
  }
  return words.dump(2) + '\n';
}

}  // namespace busyhour::internal
