// busyhour find: lists calls in which something happened.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "base/units.h"
#include "catalog/attempt_ends.h"
#include "cli/command.h"
#include "cli/filter_words.h"
#include "cli/options.h"
#include "cli/search_progress.h"
#include "dataset/manifest_reader.h"
#include "engine/job_calls.h"
#include "engine/scribe.h"
#include "filter/call_filter.h"
#include "filter/call_properties.h"
#include "scenario/redial.h"
#include "verify/story.h"
#include "verify/story_text.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kShownCalls = 10;

constexpr Option kFindOptions[] = {
    {"manifest", "FILE|DIR",
     "Search the calls of a complete data set instead: its manifest, or its "
     "directory"},
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

// What is searched, and what is listed of it.
struct Search {
  Profile profile;
  Job job;
  /// Of the calls of a data set, only those that it selects. Null if the job
  /// itself has the expression.
  std::shared_ptr<const CallFilter> filter;
  /// Of a data set: at most so many, attempted before this time.
  std::uint64_t most_calls = std::numeric_limits<std::uint64_t>::max();
  SimTime end = kLatestTime;
};

// The expression, or an empty text with `--words`, which needs none.
std::string ReadExpression(OptionReader& options) {
  const bool lists_words = options.Has("words");
  if (options.words().empty() || options.words().front().empty()) {
    if (!lists_words) {
      options.problems().push_back({"busyhour find", 0, 0, "",
                                    "EXPRESSION is missing, such as "
                                    "\"initial_silence\"; --words lists the "
                                    "words"});
    }
    return "";
  }
  if (lists_words) {
    options.Refuse("words", "lists the words of expressions, and has none");
    return "";
  }
  return options.words().front();
}

// The job of the options.
void ReadJob(OptionReader& options, JobSpec spec, Search& search) {
  spec.logs = LogSet::All();
  search.profile = ReadProfile(options, spec);
  search.job = ResolveJob(spec, search.profile, options.problems());
}

// The job of a data set, whose calls are searched.
void ReadDataSet(OptionReader& options, const JobSpec& spec, Search& search) {
  options.RefuseJob("cannot be combined with --manifest, which defines it",
                    {"calls", "duration", "until"});
  auto saved =
      ReadManifest(ManifestPathOf(options.Text("manifest"), options.problems()),
                   options.problems());
  if (!saved) return;
  if (!saved->manifest.complete) {
    options.Refuse("manifest", "the data set of " + options.Text("manifest") +
                                   " is not complete");
  }
  search.profile = std::move(saved->profile);
  search.job = std::move(saved->manifest.job);
  if (!spec.where.empty()) {
    search.filter = CallFilter::Read(spec.where, search.profile,
                                     spec.where_source, options.problems());
  }
  if (spec.until) {
    search.end = *spec.until;
  } else if (spec.extent->kind == Extent::Kind::kCalls) {
    search.most_calls = spec.extent->amount;
  } else {
    search.end.ms = std::min<std::int64_t>(
        kLatestTime.ms,
        search.job.start.ms + static_cast<std::int64_t>(spec.extent->amount));
  }
}

Search ReadSearch(OptionReader& options) {
  JobSpec spec = options.ReadJobSpec();
  if (!spec.extent) {
    spec.extent = {Extent::Kind::kCalls,
                   options.Has("quiet") ? 1 : kShownCalls};
  }
  spec.where = ReadExpression(options);
  spec.where_source = "EXPRESSION";
  Search search;
  if (options.Has("manifest")) {
    ReadDataSet(options, spec, search);
  } else {
    ReadJob(options, std::move(spec), search);
  }
  return search;
}

// Whether calls of a data set are listed.
class ListedCalls {
 public:
  ListedCalls(const Worlds& worlds, const Search& search)
      : worlds_(worlds),
        search_(search),
        scribe_(worlds, search.job, /*takes_notes=*/true) {}

  bool Has(CallKey key) {
    if (search_.filter == nullptr) return true;
    const Call& call = scribe_.SimulateCall(key);
    return call.attempted() < search_.end &&
           search_.filter->Selects(call, worlds_.PlanOf(key));
  }
  // Whether no caller is listed who first calls as late as this one.
  bool EndsBefore(CallKey key) const {
    return static_cast<std::int64_t>(key.slot) * kMsPerSecond >= search_.end.ms;
  }

 private:
  const Worlds& worlds_;
  const Search& search_;
  Scribe scribe_;
};

int List(const OptionReader& options, const Search& search, int threads) {
  const Worlds worlds(search.profile, search.job.seed, search.job.start);
  CallList list(worlds, search.job, options.Has("explain"),
                options.Has("json"));
  ListedCalls listed(worlds, search);
  JobCalls calls(worlds, search.job, threads);
  SearchProgress progress(options.Has("quiet"));
  bool is_done = false;
  std::uint64_t in_job = 0;
  while (!is_done && calls.Next([&](std::span<const Record> records) {
    // Calls of a data set that left no records are not of it.
    if (records.empty() || is_done) return;
    ++in_job;
    const CallKey key = records.front().call();
    is_done = listed.EndsBefore(key);
    if (is_done || !listed.Has(key)) return;
    progress.Clear();
    list.Add(key);
    // A failed write may be a pipe whose reader has gone.
    is_done = list.shown() >= search.most_calls || std::ferror(stdout) != 0;
  })) {
    progress.Show(calls.searched());
  }
  progress.Clear();
  const std::string why = is_done ? std::string() : calls.WhyNotReached();
  if (!why.empty()) return EndWithFailure(why);
  if (list.shown() > 0) return kDone;
  // Calls that are not of the data set are simulated, too, to know that.
  return EndWithFailure(search.filter == nullptr
                            ? "no call is selected among " +
                                  FormatCount(calls.searched())
                            : "no call is selected among " +
                                  FormatCount(in_job) + " of the data set");
}

}  // namespace

int RunFind(int argc, const char* const* argv) {
  OptionReader options(
      {"find", "EXPRESSION [OPTIONS]",
       "Lists calls in which something happened, the first 10 by default. "
       "generate --where\nwrites the logs of just these calls. find --words "
       "and docs/find.md have the words\nof expressions.",
       "busyhour find 'initial_silence >= 2 and duration > 1m' --profile "
       "contact-center",
       "some calls are selected", "no call is selected, or the search failed"});
  options.DeclareJob(kFindJob);
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
  const Search search = ReadSearch(options);
  const int threads = options.Threads(DefaultThreads());
  options.ThrowIfRefused();
  if (options.Has("words")) {
    std::fputs((options.Has("json") ? FilterWordsJson(search.profile)
                                    : FilterWordsText(search.profile))
                   .c_str(),
               stdout);
    return kDone;
  }
  return List(options, search, threads);
}

}  // namespace busyhour::internal
