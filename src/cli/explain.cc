// busyhour explain: shows the call behind an id or a record, with its history.

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "cli/command.h"
#include "cli/options.h"
#include "dataset/manifest_reader.h"
#include "verify/call_of_job.h"
#include "verify/story.h"
#include "verify/story_text.h"

namespace busyhour::internal {
namespace {

constexpr Option kExplainOptions[] = {
    {"manifest", "FILE|DIR",
     "Manifest of the data set, or its directory with all its jobs, instead of "
     "profile and seed"},
    {"json", "", "Print as JSON"},
};

// Maximum size of standard input: many times the longest record.
constexpr std::size_t kMostInput = 1 << 20;

std::string ReadInput() {
  std::string text(kMostInput + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), stdin));
  if (std::ferror(stdin) != 0) {
    throw InputError("busyhour explain", std::string("standard input cannot be "
                                                     "read: ") +
                                             std::strerror(errno));
  }
  if (text.empty()) {
    throw InputError("busyhour explain", "standard input is empty");
  }
  return text;
}

// How much of a text without an id is shown.
constexpr std::size_t kMostOfText = 60;

// Why an argument is no id and no record; empty if it may be one.
std::string ObjectionTo(const std::string& text) {
  std::error_code error;
  if (std::filesystem::is_directory(text, error)) {
    return text +
           " is a directory; give an id or a record, and the directory "
           "to --manifest";
  }
  if (std::filesystem::is_regular_file(text, error)) {
    return text +
           " is a file; give an id or a record, such as its last one: "
           "tail -1 " +
           text + " | busyhour explain -";
  }
  // All ids are GUIDs or longer.
  constexpr std::size_t kGuidDigits = 32;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '-') continue;
    if (std::string_view("0123456789abcdefABCDEF").find(c) ==
        std::string_view::npos) {
      return "";
    }
    ++digits;
  }
  if (digits >= kGuidDigits || digits == 0) return "";
  return text + " is too short for an id: it has " + std::to_string(digits) +
         " of " + std::to_string(kGuidDigits) + " hexadecimal digits";
}

// The profile and job that the id or record belongs to.
struct Subject {
  Profile profile;
  Job job;
  bool is_data_set = false;  // whether a manifest specifies it
};

// That of each manifest; otherwise one.
std::vector<Subject> ReadSubjects(OptionReader& options) {
  std::vector<Subject> subjects;
  if (!options.Has("manifest")) {
    const JobSpec spec = options.ReadJobSpec();
    Subject& subject = subjects.emplace_back();
    subject.profile = ReadProfile(options, spec);
    subject.job = ResolveJob(spec, subject.profile, options.problems());
    return subjects;
  }
  options.RefuseJob("cannot be combined with --manifest, which defines it");
  for (const std::string& path : ManifestPathsOf(options.Text("manifest"))) {
    auto saved = ReadManifest(path, options.problems());
    if (!saved) continue;
    subjects.push_back(
        {std::move(saved->profile), std::move(saved->manifest.job), true});
  }
  return subjects;
}

std::string ResourcesText(const Worlds& worlds) {
  return worlds.size() > 1
             ? fmt::format("its {} resources", worlds.size())
             : "resource " + worlds[0].plan.profile().resource.name;
}

// Why no id of a text could be explained.
struct Unexplained {
  std::string_view known;  // one of our ids without a call
  std::string why_not;     // why the call of an id is not in the job
};

// Explains the call of the first id in the text that identifies one of the
// subject. False, with the reason, if there is none.
bool Explain(const Subject& subject, const Worlds& worlds,
             const std::string& text, bool as_json, Unexplained& reason) {
  for (const std::string& id : IdsIn(text)) {
    const auto origin = worlds.OriginOf(id);
    if (!origin) continue;
    if (!origin->call) {
      reason.known = origin->what;
      continue;
    }
    if (!CallExists(worlds.PlanOf(*origin->call), *origin->call)) continue;
    if (!subject.is_data_set &&
        !IsSelected(worlds, subject.job, *origin->call)) {
      reason.why_not =
          fmt::format("{} is the {} of a call that --where does not select", id,
                      origin->what);
      continue;
    }
    if (subject.is_data_set) {
      const std::string why = WhyNotOfJob(worlds, subject.job, *origin->call);
      if (!why.empty()) {
        reason.why_not = fmt::format(
            "{} is the {} of a call that is not in the data set: {}", id,
            origin->what, why);
        continue;
      }
    }
    const Story story = StoryOf(worlds, subject.job, *origin->call, id);
    if (as_json) {
      std::fputs(story.Json().c_str(), stdout);
    } else {
      std::fputs((id + "\nis the " + std::string(origin->what) +
                  " of this call:\n\n" + StoryText(story))
                     .c_str(),
                 stdout);
    }
    return true;
  }
  return false;
}

// `profile quickstart, seed 1 and resource contoso-voice`.
std::string WordsOf(const Subject& subject, const Worlds& worlds) {
  return fmt::format("profile {}, seed {} and {}",
                     ForPerson(subject.profile.name), subject.job.seed,
                     ForPerson(ResourcesText(worlds)));
}

int ExplainAny(const std::vector<Subject>& subjects, const std::string& text,
               bool as_json) {
  Unexplained reason;
  std::string all;
  for (const Subject& subject : subjects) {
    const Worlds worlds(subject.profile, subject.job.seed, subject.job.start);
    if (Explain(subject, worlds, text, as_json, reason)) return kDone;
    all += (all.empty() ? "" : ", or of ") + WordsOf(subject, worlds);
  }
  if (!reason.why_not.empty()) {
    fmt::print(stderr, "busyhour: {}\n", ForPerson(reason.why_not));
  } else if (!reason.known.empty()) {
    fmt::print(stderr,
               "busyhour: this is the {}, which does not identify a call\n",
               reason.known);
  } else if (IdsIn(text).empty()) {
    fmt::print(stderr,
               "busyhour: {} contains no id: those of calls and records are "
               "GUIDs, such as 36225468-3d35-4429-b2e6-b40d7055a638\n",
               Printable(text, kMostOfText));
  } else {
    fmt::print(stderr, "busyhour: the input contains no id of {}{}\n", all,
               subjects.front().is_data_set
                   ? ""
                   : "; for an id of another job, give its --profile, --seed "
                     "and --start, or the --manifest of its data set");
  }
  return kJobFailed;
}

}  // namespace

int RunExplain(int argc, const char* const* argv) {
  OptionReader options(
      {"explain", "ID|RECORD|- [OPTIONS]",
       "Shows the history of the call behind an id or a record.",
       "busyhour explain 36225468-3d35-4429-b2e6-b40d7055a638"});
  options.DeclareJob(kExplainJob);
  options.Declare(kExplainOptions);
  options.DeclareQuietAnswer();
  options.AllowWords(1);
  if (options.Parse(argc, argv)) return kDone;

  const std::vector<Subject> subjects = ReadSubjects(options);
  std::string text;
  if (options.words().empty()) {
    options.problems().push_back(
        {"busyhour explain", 0, 0, "",
         "ID is missing: an id, a record, or - for standard input"});
  } else {
    text = options.words().front();
    std::string objection = text == "-" ? std::string() : ObjectionTo(text);
    if (!objection.empty()) {
      options.problems().push_back(
          {"busyhour explain", 0, 0, "", std::move(objection)});
    }
  }
  options.ThrowIfRefused();
  if (text == "-") text = ReadInput();
  if (text.size() > kMostInput) {
    throw InputError("busyhour explain",
                     "the input is longer than 1 MiB; pass one record");
  }

  return ExplainAny(subjects, text, options.Has("json"));
}

}  // namespace busyhour::internal
