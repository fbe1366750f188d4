// busyhour explain: shows the call behind an id or a record, with its history.

#include <fmt/format.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "cli/command.h"
#include "cli/options.h"
#include "dataset/manifest_reader.h"
#include "verify/story.h"
#include "verify/story_text.h"

namespace busyhour::internal {
namespace {

constexpr Option kExplainOptions[] = {
    {"manifest", "FILE|DIR",
     "Manifest of the data set, or its directory, instead of profile and "
     "seed"},
    {"json", "", "Print as JSON"},
};

// Maximum size of standard input: many times the longest record.
constexpr std::size_t kMostInput = 1 << 20;

std::string ReadInput() {
  std::string text(kMostInput + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), stdin));
  return text;
}

// The profile and job that the id or record belongs to.
struct Subject {
  Profile profile;
  Job job;
  bool is_data_set = false;  // whether a manifest specifies it
};

Subject ReadSubject(OptionReader& options) {
  Subject subject;
  if (!options.Has("manifest")) {
    const JobSpec spec = options.ReadJobSpec();
    subject.profile = ReadProfile(options, spec);
    subject.job = ResolveJob(spec, subject.profile, options.problems());
    return subject;
  }
  options.RefuseJob("cannot be combined with --manifest, which defines it");
  auto saved = ReadManifest(ManifestPathOf(options.Text("manifest")),
                            options.problems());
  if (!saved) return subject;
  subject.profile = std::move(saved->profile);
  subject.job = std::move(saved->manifest.job);
  subject.is_data_set = true;
  return subject;
}

std::string ResourcesText(const Worlds& worlds) {
  return worlds.size() > 1
             ? fmt::format("its {} resources", worlds.size())
             : "resource " + worlds[0].plan.profile().resource.name;
}

// Explains the call of the first id in the text that identifies one.
int Explain(const Subject& subject, const std::string& text, bool as_json) {
  const Worlds worlds(subject.profile, subject.job.seed, subject.job.start);
  std::string_view known;  // one of our ids without a call
  std::string why_not;     // why the call of an id is not in the job
  for (const std::string& id : IdsIn(text)) {
    const auto origin = worlds.OriginOf(id);
    if (!origin) continue;
    if (!origin->call) {
      known = origin->what;
      continue;
    }
    if (!CallExists(worlds.PlanOf(*origin->call), *origin->call)) continue;
    if (subject.is_data_set) {
      why_not = WhyNotOfJob(worlds, subject.job, *origin->call);
      if (!why_not.empty()) {
        why_not = fmt::format(
            "{} is the {} of a call that is not in the data set: {}", id,
            origin->what, why_not);
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
    return kDone;
  }
  if (!why_not.empty()) {
    fmt::print(stderr, "busyhour: {}\n", ForPerson(why_not));
  } else if (!known.empty()) {
    fmt::print(stderr,
               "busyhour: this is the {}, which does not identify a call\n",
               known);
  } else {
    fmt::print(stderr,
               "busyhour: the input contains no id of profile {}, seed {} and "
               "{}\n",
               ForPerson(subject.profile.name), subject.job.seed,
               ForPerson(ResourcesText(worlds)));
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
  options.AllowWords(1);
  if (options.Parse(argc, argv)) return kDone;

  const Subject subject = ReadSubject(options);
  std::string text;
  if (options.words().empty()) {
    options.problems().push_back(
        {"busyhour explain", 0, 0, "",
         "requires an id, a record, or - for standard input"});
  } else {
    text = options.words().front();
  }
  options.ThrowIfRefused();
  if (text == "-") text = ReadInput();
  if (text.size() > kMostInput) {
    throw InputError("busyhour explain",
                     "the input is longer than 1 MiB; pass one record");
  }

  return Explain(subject, text, options.Has("json"));
}

}  // namespace busyhour::internal
