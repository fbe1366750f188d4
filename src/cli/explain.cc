// busyhour explain: the call behind an id or a record, and its whole history.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <set>

#include "cli/command.h"
#include "cli/options.h"
#include "verify/story.h"

namespace busyhour {
namespace {

// The most that is read of standard input: many times the longest record.
constexpr std::size_t kMostInput = 1 << 20;

std::string ReadInput() {
  std::string text(kMostInput + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), stdin));
  return text;
}

bool IsIdCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '-' || c == '+' || c == '/' || c == '=';
}

// Everything in the text that could be an id, each once, in its order: a record
// may be JSON, CSV or whatever a log line has become.
std::vector<std::string> IdsIn(const std::string& text) {
  constexpr std::size_t kShortest = 36;
  std::vector<std::string> ids;
  std::set<std::string> seen;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && IsIdCharacter(text[i])) continue;
    if (i - begin >= kShortest) {
      std::string id = text.substr(begin, i - begin);
      if (seen.insert(id).second) ids.push_back(std::move(id));
    }
    begin = i + 1;
  }
  return ids;
}

std::string Offset(std::int64_t ms) {
  return fmt::format("{:+.3f} s", static_cast<double>(ms) / 1000);
}

void Print(const Story& story, std::string_view id, std::string_view what) {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}\nis the {} of this call:\n\n", id, what);
  for (const Story::Fact& fact : story.facts) {
    fmt::format_to(out, "  {:<18}{}\n", fact.name, fact.value);
  }
  fmt::format_to(out,
                 "\nparticipants, in seconds since the call was answered\n");
  for (const Story::Participant& who : story.participants) {
    fmt::format_to(out, "  {:>12} to {:<12}{:<13}{}\n", Offset(who.joined_ms),
                   Offset(who.left_ms), who.kind, who.id);
  }
  if (story.participants.empty()) fmt::format_to(out, "  nobody joined\n");
  fmt::format_to(out, "\nwhat happened\n");
  for (const Story::Event& event : story.events) {
    fmt::format_to(out, "  {:>12}  {}\n", Offset(event.at_ms), event.what);
    if (!event.why.empty()) fmt::format_to(out, "{:16}{}\n", "", event.why);
  }
  fmt::format_to(out, "\nthe records it left, as they were delivered\n");
  for (const Story::Entry& record : story.records) {
    fmt::format_to(out, "{} {}  {:<13} {}  {}\n",
                   record.is_asked_for ? '>' : ' ', FormatTime(record.delivery),
                   record.log, record.id, record.what);
  }
  std::fputs(text.c_str(), stdout);
}

}  // namespace

int RunExplain(int argc, const char* const* argv) {
  OptionReader options(
      "explain", "ID|RECORD|- [OPTIONS]",
      "Tells the whole history of the call behind an id or a record.",
      "busyhour explain 356fbe10-59f2-4b6a-9049-1a462c614617");
  options.Declare("profile", "A shipped profile's name, or a file (quickstart)",
                  "NAME|FILE");
  options.Declare("seed", "The seed it was made with (1)", "N");
  options.Declare("json", "Print JSON");
  options.AllowWords(1);
  if (options.Parse(argc, argv)) return kDone;

  const Profile profile = ReadProfile(options);
  JobWords words = JobWordsOf(options);
  const Job job = ReadJob(words, profile, options.problems());
  std::string text;
  if (options.words().empty()) {
    options.problems().push_back({"busyhour explain", 0, 0, "",
                                  "wants an id, a record, or - for "
                                  "standard input"});
  } else {
    text = options.words().front();
  }
  options.ThrowIfRefused();
  if (text == "-") text = ReadInput();
  if (text.size() > kMostInput) {
    throw InputError("busyhour explain",
                     "what is given is longer than 1 MiB; give one record");
  }

  const Plan plan(profile);
  const Directory directory(plan, job.seed);
  std::string_view known;  // an id of ours that leads to no call
  for (const std::string& id : IdsIn(text)) {
    const auto origin = directory.OriginOf(id);
    if (!origin) continue;
    if (!origin->call) {
      known = origin->what;
      continue;
    }
    if (!CallExists(plan, job.seed, *origin->call)) continue;
    const Story story = TellCall(plan, directory, job, *origin->call, id);
    if (options.Has("json")) {
      std::fputs(story.Json().c_str(), stdout);
    } else {
      Print(story, id, origin->what);
    }
    return kDone;
  }
  if (!known.empty()) {
    fmt::print(stderr, "busyhour: that is the {}, and leads to no one call\n",
               known);
  } else {
    fmt::print(stderr,
               "busyhour: there is no id in it that profile {} and seed {} "
               "make\n",
               profile.name, job.seed);
  }
  return kJobFailed;
}

}  // namespace busyhour
