// busyhour verify: what a pipeline did with the records of a job, one by one.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verify_text.h"
#include "encode/shape.h"
#include "logs/field_names.h"
#include "read/input_files.h"
#include "read/json_pointer.h"
#include "verify/files.h"
#include "verify/manifests.h"
#include "verify/verifier.h"

namespace busyhour {
namespace {

constexpr std::size_t kMostInputs = 1'000'000;
constexpr std::uint64_t kLeastRecord = 4096;
constexpr std::uint64_t kMostRecord = 1 << 30;
// Room for the rest of a record that holds a value made long.
constexpr std::size_t kBesidesLongValue = 64 << 10;
constexpr std::uint64_t kMostExamples = 100'000;

// The options that say what was sent, when no manifest does.
constexpr const char* kJobWords[] = {
    "profile", "seed", "start", "duration", "calls",       "records",  "bytes",
    "shard",   "logs", "shape", "frame",    "batch-bytes", "compress", "fault"};
// Those about what was received.
constexpr const char* kOtherWords[] = {
    "until",  "fields", "map",      "at",         "arrival",     "expect",
    "strict", "allow",  "examples", "max-record", "max-inflated"};

SentJobs ReadSent(OptionReader& options) {
  const std::vector<std::string> manifests = options.Texts("manifest");
  if (manifests.empty()) {
    SentJobs sent;
    sent.profile = ReadProfile(options);
    sent.jobs.push_back(
        ReadJob(JobWordsOf(options), sent.profile, options.problems()));
    sent.counts.emplace_back();
    return sent;
  }
  for (const char* const word : kJobWords) {
    if (options.Has(word)) {
      options.Refuse(word, "does not go with --manifest, which says it");
    }
  }
  try {
    return ReadManifests(manifests);
  } catch (const InputError& error) {
    options.problems().insert(options.problems().end(),
                              error.problems().begin(), error.problems().end());
    return {};
  }
}

std::uint64_t ReadSize(OptionReader& options, const char* name,
                       std::uint64_t fallback, std::uint64_t least,
                       std::uint64_t most) {
  if (!options.Has(name)) return fallback;
  const auto size = ParseSize(options.Text(name));
  if (size && *size >= least && *size <= most) return *size;
  options.Refuse(name, "\"" + options.Text(name) + "\" is not a size from " +
                           FormatSize(static_cast<double>(least)) + " to " +
                           FormatSize(static_cast<double>(most)) +
                           ", such as 1MiB");
  return fallback;
}

std::vector<std::string> ReadPointerOption(OptionReader& options,
                                           const char* name,
                                           const char* such_as) {
  if (!options.Has(name)) return {};
  auto pointer = ReadPointer(options.Text(name));
  if (pointer) return *pointer;
  options.Refuse(name, "\"" + options.Text(name) +
                           "\" is not a JSON Pointer to a member, such as " +
                           such_as);
  return {};
}

VerifyOptions ReadVerifyOptions(OptionReader& options) {
  VerifyOptions read;
  read.strict = options.Has("strict");
  read.reading.max_record = static_cast<std::size_t>(
      ReadSize(options, "max-record", read.reading.max_record, kLeastRecord,
               kMostRecord));
  read.reading.max_inflated = ReadSize(
      options, "max-inflated", read.reading.max_inflated, 1, ~0ull >> 1);
  if (options.Has("fields")) {
    read.fields.emplace();
    for (const std::string& name : SplitAtCommas(options.Text("fields"))) {
      const PerLog<FieldSet> named = FieldsNamed(name);
      if (!AnyOf(named)) {
        const std::vector<std::string_view> names = AllColumnNames();
        std::string hint = DidYouMean(name, names);
        if (hint.empty()) hint = "; busyhour schema LOG lists them";
        options.Refuse("fields",
                       "\"" + name + "\" is not a field of any log" + hint);
      }
      AddTo(*read.fields, named);
    }
  }
  if (options.Has("map")) {
    read.reading.names = ReadNameMap(options.Text("map"), options.problems());
  }
  read.reading.at = ReadPointerOption(options, "at", "/event or /data/record");
  read.reading.arrival =
      ReadPointerOption(options, "arrival", "/@timestamp or /meta/received");
  if (options.Has("examples")) {
    const auto count = ParseCount(options.Text("examples"));
    if (!count || *count > kMostExamples) {
      options.Refuse("examples", "\"" + options.Text("examples") +
                                     "\" is not a whole number from 0 to "
                                     "100,000");
    } else {
      read.examples = static_cast<std::size_t>(*count);
    }
  }
  return read;
}

bool ExpectsFaults(OptionReader& options) {
  if (!options.Has("expect")) return false;
  const std::string word = options.Text("expect");
  if (word != "faults") {
    options.Refuse("expect", "\"" + word + "\" is not known; it is faults");
  }
  return true;
}

SentSoFar ReadSoFar(OptionReader& options, const SentJobs& sent) {
  SentSoFar so_far;
  so_far.streams = sent.streams;
  if (!options.Has("until")) return so_far;
  so_far.until = ParseTime(options.Text("until"));
  if (!so_far.until) {
    options.Refuse("until", "\"" + options.Text("until") +
                                "\" is not a time from 1970 to 2499, such as "
                                "2026-03-02T09:00:00Z");
  }
  return so_far;
}

// Why there is nothing that would have had to come; empty when there is.
std::string WhyNothingAsked(const SentJobs& sent, const SentSoFar& so_far,
                            const VerifyOptions& verify_options,
                            const SentRecords& records) {
  std::uint64_t due = 0;
  bool compares = !verify_options.fields;
  for (const LogType log : kLogTypes) {
    due += records.sent(log);
    compares = compares || (records.sent(log) > 0 &&
                            !(*verify_options.fields)[log].empty());
  }
  if (due > 0) {
    return compares ? "" : "no record that was sent has a field of --fields";
  }
  std::uint64_t made = 0;
  for (std::size_t i = 0; i < sent.jobs.size(); ++i) {
    for (const std::uint64_t count : records.made_in(i)) made += count;
  }
  if (made == 0) return "the job makes no record";
  if (so_far.until) {
    return "no record had been sent by " + FormatTime(*so_far.until);
  }
  return "the manifest knows of no record that has been sent for certain: its "
         "run had hardly begun or was under way, or nothing was acknowledged";
}

// Data sets, and not what came of them.
int RunFiles(OptionReader& options) {
  for (const char* const word : kOtherWords) {
    if (options.Has(word)) options.Refuse(word, "does not go with --files");
  }
  for (const char* const word : kJobWords) {
    if (options.Has(word)) options.Refuse(word, "does not go with --files");
  }
  std::vector<std::string> manifests = options.Texts("manifest");
  manifests.insert(manifests.end(), options.words().begin(),
                   options.words().end());
  if (manifests.empty()) {
    options.Refuse("files", "wants manifests, or the directories they are in");
  }
  options.ThrowIfRefused();
  std::vector<FilesVerdict> verdicts;
  for (const std::string& manifest : manifests) {
    verdicts.push_back(CheckFiles(manifest, options.problems()));
  }
  options.ThrowIfRefused();
  if (options.Has("json")) {
    std::puts(FilesJson(verdicts).c_str());
  } else {
    ShowFiles(verdicts);
  }
  const bool passed =
      std::all_of(verdicts.begin(), verdicts.end(),
                  [](const FilesVerdict& each) { return each.passed(); });
  return passed ? kDone : kJobFailed;
}

}  // namespace

int RunVerify(int argc, const char* const* argv) {
  OptionReader options(
      "verify", "[INPUT ...] [OPTIONS]",
      "Compares what a pipeline let through with what was sent, record by "
      "record.\nAn INPUT is a file, a directory, a pattern, or - for standard "
      "input (-).",
      "cat logs/*.jsonl | my-pipeline | busyhour verify --manifest logs");
  options.DeclareRepeatable("manifest",
                            "What was sent: a manifest, or the directory it "
                            "is in; again for each shard",
                            "FILE|DIR");
  DeclareJob(options);
  DeclareFaults(options);
  options.Declare("expect",
                  "faults: what was sent is what the job's faults have made of "
                  "it (what was meant)",
                  "faults");
  options.Declare("fields", "Compare these only, with commas between (all)",
                  "LIST");
  options.Declare("map",
                  "Names that were changed, as JSON: {\"received\": "
                  "\"ours\"}; a field of ours that was dropped is null",
                  "FILE");
  options.Declare("at",
                  "Where in what is received the record stands "
                  "(found by its names)",
                  "POINTER");
  options.Declare("arrival",
                  "Where in it the far end wrote when it got the record: says "
                  "how long records were under way",
                  "POINTER");
  options.Declare("until",
                  "Only what was delivered before has been sent by now (all)",
                  "T");
  options.Declare("strict",
                  "Values must be spelled as they were sent, under their names "
                  "and in their places");
  options.Declare("allow",
                  "What is still good, such as lost=0,duplicated=0.01% "
                  "(nothing; any order)",
                  "LIST");
  options.Declare("examples", "Show at most so many of each kind (10)", "N");
  options.Declare("files",
                  "Compare the files of data sets with their manifests "
                  "instead; INPUT are manifests, or their directories");
  options.Declare("json", "Print the verdict as JSON");
  options.Declare("max-record", "A longer record is undecodable (1MiB)",
                  "SIZE");
  options.Declare("max-inflated",
                  "A compressed input is given up when it becomes larger "
                  "(1TiB)",
                  "SIZE");
  options.AllowWords(kMostInputs);
  if (options.Parse(argc, argv)) return kDone;

  if (options.Has("files")) return RunFiles(options);

  const SentJobs sent = ReadSent(options);
  const SentSoFar so_far = ReadSoFar(options, sent);
  VerifyOptions verify_options = ReadVerifyOptions(options);
  const bool expects_faults = ExpectsFaults(options);
  if (expects_faults && !sent.jobs.empty()) {
    for (const FaultRule& rule : sent.jobs.front().faults) {
      if (rule.kind != FaultKind::kOversize) continue;
      std::size_t& most = verify_options.reading.max_record;
      most = std::max(most, rule.bytes + kBesidesLongValue);
    }
  }
  Allowance allowance;
  if (options.Has("allow")) {
    allowance.Read(options.Text("allow"), options.problems());
  }
  std::vector<std::string> words = options.words();
  if (words.empty()) {
    if (isatty(STDIN_FILENO) != 0) {
      options.Refuse("", "no INPUT is given, and standard input is a terminal");
    }
    words.push_back("-");
  }
  std::vector<std::string> missing;
  const std::vector<FoundInput> inputs = FindInputs(words, missing);
  for (const std::string& problem : missing) {
    options.problems().push_back({"INPUT", 0, 0, "", problem});
  }
  options.ThrowIfRefused();

  const Plan plan(sent.profile);
  const Cast cast(plan, sent.jobs.front().seed);
  SentRecords records(plan, cast, sent.jobs, so_far, expects_faults,
                      DefaultThreads());
  for (std::size_t i = 0; i < sent.jobs.size(); ++i) {
    CheckCounts(sent, i, records.made_in(i), options.Texts("manifest"),
                options.problems());
  }
  options.ThrowIfRefused();

  const auto begin = std::chrono::steady_clock::now();
  Verifier verifier(cast, sent.jobs.front().shape, records, verify_options);
  for (const FoundInput& input : inputs) {
    std::string trouble = input.trouble;
    InputBytes::Source source;
    if (trouble.empty()) source = OpenSource(input.path, trouble);
    const std::string name = input.path == "-" ? "standard input" : input.path;
    if (source) {
      verifier.Read(source, name);
    } else {
      verifier.NoteUnreadable(name, trouble);
    }
  }
  Verdict verdict = verifier.Finish();
  verdict.nothing_asked =
      WhyNothingAsked(sent, so_far, verify_options, records);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  if (options.Has("json")) {
    std::puts(VerdictJson(verdict, allowance).c_str());
  } else {
    ShowVerdict(verdict, allowance, sent, std::max(seconds, 1e-9));
  }
  return verdict.nothing_asked.empty() && allowance.Exceeded(verdict).empty()
             ? kDone
             : kJobFailed;
}

}  // namespace busyhour
