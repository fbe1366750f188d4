#include "filter/other_languages.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/ascii.h"
#include "base/units.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/statuses.h"
#include "filter/call_events.h"

namespace busyhour::internal {
namespace {

struct OtherWord {
  // In lower case, separated by spaces.
  std::string_view typed;
  std::string_view meant;
};
constexpr OtherWord kOtherWords[] = {
    {"status statuscode status_code resultsignature http answer response",
     "request(429)"},
    {"resultcode resultsubcode code subcode", "media(8510)"},
    {"operation operationname request_name",
     "the operation's name, such as Play"},
    {"outcome result resulttype", "the outcome's name, such as media_failed"},
    {"failed failure failures error errors",
     "media_failed or request(refused)"},
    {"length seconds durationms duration_ms callduration holding_time",
     "duration > 2m"},
    {"queue queued waiting", "wait > 90s"},
    {"retry retries attempt attempts", "redial > 0"},
    {"answered connected", "participants > 0"},
    {"missed unanswered", "end = no_answer"},
    {"count sum", "Play > 2"},
    {"followed before after -", "Play then HangUpCall"},
    {"dtmf digit digits tones key keys", "tone"},
    {"like contains matches", "flow = a"},
    {"attempted time date start when",
     "--start TIME and --until TIME, as options"},
    {"between", "duration >= 1m and duration <= 2m"},
    {"in", "flow = a or flow = b"},
    {"is equals eq", "flow = a"},
};
constexpr std::string_view kExampleName = "flow";

std::string Write(std::string_view meant) {
  return "; write " + std::string(meant);
}

bool IsCode(std::uint64_t number) {
  return std::any_of(Outcomes().begin(), Outcomes().end(),
                     [number](const OutcomeInfo& info) {
                       return std::uint64_t(info.code) == number ||
                              std::uint64_t(info.subcode) == number;
                     });
}

}  // namespace

std::string MeantByNumber(std::string_view text) {
  const auto number = ParseUnsigned(text);
  if (!number || *number == 0) return "";
  const std::string in_parentheses = '(' + std::to_string(*number) + ')';
  if (std::count(Statuses().begin(), Statuses().end(),
                 static_cast<int>(*number)) > 0) {
    return Write("request" + in_parentheses);
  }
  return IsCode(*number) ? Write("media" + in_parentheses) : "";
}

std::string MeantBy(std::string_view word) {
  const std::string lower = InLowerCase(word);
  for (const OtherWord& each : kOtherWords) {
    if (HasWord(each.typed, lower)) return Write(each.meant);
  }
  return MeantByNumber(word);
}

std::string MeantByOperator(std::string_view name, std::string_view word) {
  std::string meant = MeantBy(word);
  for (std::size_t at = meant.find(kExampleName); at != meant.npos;
       at = meant.find(kExampleName, at + name.size())) {
    meant.replace(at, kExampleName.size(), name);
  }
  return meant;
}

std::string MeantByBetween(std::string_view name, std::string_view least,
                           std::string_view most) {
  const std::string about(name);
  return Write(about + " >= " + std::string(least) + " and " + about +
               " <= " + std::string(most));
}

std::string OutcomeMeantBy(std::string_view event, std::string_view answer) {
  const std::string outcome = InLowerCase(event) + '_' + InLowerCase(answer);
  return EventsNamed(outcome) ? Write(outcome) : "";
}

std::string MeantByAnswer(std::string_view event, std::string_view answer) {
  const std::string lower = InLowerCase(answer);
  if (const std::string meant = OutcomeMeantBy(event, answer); !meant.empty()) {
    return meant;
  }
  if (lower == "failed") return Write("refused");
  const bool is_known = lower != answer && EventsNamed(event);
  if (EventSet events = EventsNamed(event).value_or(EventSet{});
      is_known && Limit(events, lower)) {
    return Write(std::string(event) + '(' + lower + ')');
  }
  return MeantByNumber(answer);
}

}  // namespace busyhour::internal
