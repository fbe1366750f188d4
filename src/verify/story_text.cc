#include "verify/story_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string_view>

#include "base/printable.h"

namespace busyhour::internal {
namespace {

std::string Offset(std::int64_t ms) {
  return fmt::format("{:+.3f} s", static_cast<double>(ms) / 1000);
}

}  // namespace

std::string StoryText(const Story& story) {
  std::string text;
  auto out = std::back_inserter(text);
  for (const Story::Fact& fact : story.facts) {
    fmt::format_to(out, "  {:<18}{}\n", fact.name, fact.value);
  }
  fmt::format_to(out,
                 "\nparticipants, in seconds since the call was answered\n");
  for (const Story::Participant& who : story.participants) {
    fmt::format_to(out, "  {:>12} to {:<12}{:<13}{}\n", Offset(who.joined_ms),
                   Offset(who.left_ms), who.kind, who.id);
  }
  if (story.participants.empty())
    fmt::format_to(out, "  no participant joined\n");
  fmt::format_to(out, "\nevents\n");
  for (const Story::Event& event : story.events) {
    fmt::format_to(out, "  {:>12}  {}\n", Offset(event.at_ms), event.what);
    if (!event.why.empty()) fmt::format_to(out, "{:16}{}\n", "", event.why);
  }
  fmt::format_to(out, "\nrecords in order of delivery\n");
  for (const Story::Entry& record : story.records) {
    fmt::format_to(out, "{} {}  {:<13} {}  {}\n",
                   record.is_asked_for ? '>' : ' ', FormatTime(record.delivery),
                   record.log, record.id, record.what);
    for (const Story::Entry::Damage& damage : record.damage) {
      fmt::format_to(out, "{:>10}{}\n", "", damage.what);
    }
  }
  return ForPerson(text);
}

}  // namespace busyhour::internal
