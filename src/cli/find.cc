// busyhour find: lists calls in which something happened.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.h"
#include "base/units.h"
#include "catalog/attempt_ends.h"
#include "cli/command.h"
#include "cli/filter_words.h"
#include "cli/options.h"
#include "cli/search_progress.h"
#include "engine/job_calls.h"
#include "engine/scribe.h"
#include "filter/call_properties.h"
#include "scenario/redial.h"
#include "verify/story.h"
#include "verify/story_text.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kShownCalls = 10;

constexpr Option kFindOptions[] = {
    {"words", "", "Instead: list the words of expressions for the profile"},
    {"explain", "", "Show the history of each call"},
    {"threads", "N", "Worker threads", "all cores"},
    {"json", "", "Print as JSON Lines: one call a line"},
};

// Shows calls, each as soon as it is found: the next one may take long.
class CallList {
 public:
  CallList(const Worlds& worlds, const Job& job, bool explains, bool as_json)
      : worlds_(worlds),
        job_(job),
        scribe_(worlds, job),
        explains_(explains),
        as_json_(as_json) {}

  void Add(CallKey key) {
    const Call& call = scribe_.SimulateCall(key);
    const std::string id =
        FormatGuid(worlds_.CastOf(key).CorrelationOf(key, 0));
    ++shown_;
    if (explains_) {
      Explain(key, id);
    } else if (as_json_) {
      std::puts(Json(call).dump().c_str());
    } else {
      if (shown_ == 1) ShowHead();
      Show(call, id);
    }
    std::fflush(stdout);
  }
  std::uint64_t shown() const noexcept { return shown_; }

 private:
  std::string_view FlowOf(const Call& call) const {
    return worlds_.PlanOf(call.key).profile().flows[call.flow].name;
  }

  // The call's correlation ids in its records: a new one begins with each
  // redirection or transfer.
  std::vector<std::string> IdsOf(const Call& call) const {
    std::uint8_t last = 0;
    for (const Request& request : call.requests) {
      last = std::max(last, request.correlation_epoch);
    }
    for (const Leg& leg : call.legs) {
      last = std::max(last, leg.correlation_epoch);
    }
    std::vector<std::string> ids;
    for (int epoch = 0; epoch <= last; ++epoch) {
      ids.push_back(FormatGuid(worlds_.CastOf(call.key).CorrelationOf(
          call.key, static_cast<std::uint8_t>(epoch))));
    }
    return ids;
  }

  void Explain(CallKey key, const std::string& id) const {
    const Story story = StoryOf(worlds_, job_, key, id);
    if (as_json_) {
      std::fputs(story.JsonLine().c_str(), stdout);
    } else {
      std::puts(StoryText(story).c_str());
    }
  }

  static void ShowHead() {
    std::puts(fmt::format("{:<24} {:<36}  {:<16} {:<12} {:>9}  {:>6}",
                          "attempted", "correlation id", "flow", "end",
                          "duration", "people")
                  .c_str());
  }
  void Show(const Call& call, const std::string& id) const {
    std::puts(ForPerson(fmt::format("{:<24} {:<36}  {:<16} {:<12} {:>9}  {:>6}",
                                    FormatTime(call.attempted()), id,
                                    FlowOf(call), Info(EndOf(call)).name,
                                    FormatDuration(ConnectedMs(call)),
                                    call.legs.size()))
                  .c_str());
  }
  nlohmann::ordered_json Json(const Call& call) const {
    return {{"attempted", FormatTime(call.attempted())},
            {"correlation_ids", IdsOf(call)},
            {"flow", FlowOf(call)},
            {"end", Info(EndOf(call)).name},
            {"duration_ms", ConnectedMs(call)},
            {"participants", call.legs.size()},
            {"requests", call.requests.size()},
            {"redial", call.key.generation()}};
  }

  const Worlds& worlds_;
  const Job& job_;
  Scribe scribe_;
  bool explains_;
  bool as_json_;
  std::uint64_t shown_ = 0;
};

}  // namespace

int RunFind(int argc, const char* const* argv) {
  OptionReader options(
      {"find", "EXPRESSION [OPTIONS]",
       "Lists calls in which something happened, the first 10 by default. "
       "generate --where\nwrites the logs of just these calls. find --words "
       "and docs/find.md have the words\nof expressions.",
       "busyhour find 'initial_silence >= 2 and duration > 1m' --profile "
       "contact-center"});
  options.DeclareJob(kEventsJob);
  options.ReplaceHelp("calls", "List this many selected calls", "10");
  options.ReplaceHelp(
      "duration",
      "Instead: list all selected calls attempted within this time");
  options.ReplaceHelp(
      "until", "Instead: list all selected calls attempted before this time");
  options.Declare(kFindOptions);
  options.DeclareQuietAnswer();
  options.AllowWordsLike(1, "where");
  if (options.Parse(argc, argv)) return kDone;
  JobSpec spec = options.ReadJobSpec();
  if (!spec.extent) {
    spec.extent = {Extent::Kind::kCalls,
                   options.Has("quiet") ? 1 : kShownCalls};
  }
  spec.logs = LogSet::All();
  const bool lists_words = options.Has("words");
  if (options.words().empty() || options.words().front().empty()) {
    if (!lists_words) {
      options.problems().push_back(
          {"busyhour find", 0, 0, "",
           "requires an expression, such as \"initial_silence\"; --words "
           "lists the words"});
    }
  } else if (lists_words) {
    options.Refuse("words", "lists the words of expressions, and has none");
  } else {
    spec.where = options.words().front();
    spec.where_source = "EXPRESSION";
  }
  for (const char* option : {"warm-up", "cut-off"}) {
    if (!options.Has(option)) continue;
    options.Refuse(option,
                   "is not for find, which lists calls, not their records: "
                   "those attempted from the start on");
  }
  spec.warm_up_ms = 0;
  spec.cuts_off = false;
  const int threads = options.Threads(DefaultThreads());
  const Profile profile = ReadProfile(options, spec);
  const Job job = ResolveJob(spec, profile, options.problems());
  options.ThrowIfRefused();
  if (lists_words) {
    std::fputs((options.Has("json") ? FilterWordsJson(profile)
                                    : FilterWordsText(profile))
                   .c_str(),
               stdout);
    return kDone;
  }

  const Worlds worlds(profile, job.seed, job.start);
  CallList list(worlds, job, options.Has("explain"), options.Has("json"));
  JobCalls calls(worlds, job, threads);
  SearchProgress progress;
  while (calls.Next([&](std::span<const Record> records) {
    progress.Clear();
    list.Add(records.front().call());
  })) {
    progress.Show(calls.searched());
  }
  progress.Clear();
  const std::string why = calls.WhyNotReached();
  if (!why.empty()) return EndWithFailure(why);
  if (list.shown() > 0) return kDone;
  return EndWithFailure("no call is selected among " +
                        FormatCount(calls.searched()));
}

}  // namespace busyhour::internal
