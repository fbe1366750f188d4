// busyhour verify: what a pipeline did with the records of a job, one by one.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/options.h"
#include "logs/field_names.h"
#include "verify/manifests.h"
#include "verify/verifier.h"

namespace busyhour {
namespace {

constexpr std::size_t kMostInputs = 1'000'000;
constexpr std::uint64_t kLeastRecord = 4096;
constexpr std::uint64_t kMostRecord = 1 << 30;
constexpr std::uint64_t kMostExamples = 100'000;

// The options that say what was sent, when no manifest does.
constexpr const char* kJobWords[] = {
    "profile", "seed", "start", "duration", "calls",       "records", "bytes",
    "shard",   "logs", "shape", "frame",    "batch-bytes", "compress"};

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

VerifyOptions ReadVerifyOptions(OptionReader& options) {
  VerifyOptions read;
  read.strict = options.Has("strict");
  read.max_record = static_cast<std::size_t>(ReadSize(
      options, "max-record", read.max_record, kLeastRecord, kMostRecord));
  read.max_inflated =
      ReadSize(options, "max-inflated", read.max_inflated, 1, ~0ull >> 1);
  if (options.Has("fields")) {
    for (const std::string& name : SplitAtCommas(options.Text("fields"))) {
      const std::vector<Field> named = FieldsNamed(name);
      if (named.empty()) {
        const std::vector<std::string_view> names = AllColumnNames();
        std::string hint = DidYouMean(name, names);
        if (hint.empty()) hint = "; busyhour schema LOG lists them";
        options.Refuse("fields",
                       "\"" + name + "\" is not a field of any log" + hint);
      }
      read.fields.insert(read.fields.end(), named.begin(), named.end());
    }
  }
  if (options.Has("map")) {
    read.names = ReadNameMap(options.Text("map"), options.problems());
  }
  if (options.Has("at")) {
    read.at = options.Text("at");
    if (read.at.size() < 2 || read.at[0] != '/' || read.at.back() == '/') {
      options.Refuse("at", "\"" + read.at +
                               "\" is not a JSON Pointer to a member, such as "
                               "/event or /data/record");
    }
  }
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

std::string Place(const VerifyExample& example) {
  if (example.input.empty()) return "";
  return example.line == 0 ? example.input
                           : example.input + ':' + std::to_string(example.line);
}

void ShowExamples(const Verdict& verdict, std::string& text) {
  auto out = std::back_inserter(text);
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    bool first = true;
    for (const VerifyExample& example : verdict.examples) {
      if (example.kind != info.name) continue;
      if (first) fmt::format_to(out, "\n{}: {}\n", info.name, info.meaning);
      first = false;
      std::string line;
      const auto add = [&line](const std::string& part) {
        if (part.empty()) return;
        line += (line.empty() ? "" : "  ") + part;
      };
      add(Place(example));
      if (example.log) add(std::string(Info(*example.log).name));
      add(example.id);
      add(example.time);
      if (example.kind == "altered") {
        add(fmt::format("{}: \"{}\" became \"{}\"", example.detail,
                        example.sent, example.received));
      } else {
        add(example.detail);
        if (!example.received.empty()) add('"' + example.received + '"');
      }
      fmt::format_to(out, "  {}\n", line);
    }
  }
}

void Show(const Verdict& verdict, const Allowance& allowance,
          const SentJobs& sent, double seconds) {
  std::string text;
  auto out = std::back_inserter(text);
  const Job& job = sent.jobs.front();
  fmt::format_to(out, "{}, seed {}, from {}: {} calls\n\n", sent.profile.name,
                 job.seed, FormatTime(job.start), FormatCount(verdict.calls));
  fmt::format_to(out, "  {:<14}", "");
  for (const LogInfo& log : Logs()) {
    if (job.logs[static_cast<std::size_t>(log.log)]) {
      fmt::format_to(out, "{:>15}", log.name);
    }
  }
  fmt::format_to(out, "{:>15}\n", "total");
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    fmt::format_to(out, "  {:<14}", info.name);
    for (const LogInfo& log : Logs()) {
      const auto index = static_cast<std::size_t>(log.log);
      if (job.logs[index]) {
        fmt::format_to(out, "{:>15}",
                       FormatCount(verdict.logs[index].*info.count));
      }
    }
    fmt::format_to(out, "{:>15}\n", FormatCount(verdict.total.*info.count));
  }
  if (verdict.total.out_of_order > 0) {
    fmt::format_to(out, "\nout of order by at most {}\n",
                   FormatDuration(verdict.out_of_order_ms));
  }
  for (const LogInfo& log : Logs()) {
    const auto& fields =
        verdict.altered_fields[static_cast<std::size_t>(log.log)];
    for (const auto& [name, count] : fields) {
      fmt::format_to(out, "\naltered {} {}: {}", log.name, name,
                     FormatCount(count));
    }
    if (!fields.empty()) text += '\n';
  }
  ShowExamples(verdict, text);
  const std::vector<std::string_view> exceeded = allowance.Exceeded(verdict);
  if (exceeded.empty()) {
    fmt::format_to(out, "\npassed\n");
  } else {
    fmt::format_to(out, "\nFAILED: {}\n", fmt::join(exceeded, ", "));
  }
  std::fputs(text.c_str(), stdout);
  fmt::print(
      stderr, "{} in {:.2f} s: {}/s, {} records/s\n",
      FormatSize(static_cast<double>(verdict.bytes)), seconds,
      FormatSize(static_cast<double>(verdict.bytes) / seconds),
      FormatAmount(static_cast<double>(verdict.total.received) / seconds));
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
  options.Declare("strict",
                  "Values must be spelled as they were sent, under their names "
                  "and in their places");
  options.Declare("allow",
                  "What is still good, such as lost=0,duplicated=0.01% "
                  "(nothing; any order)",
                  "LIST");
  options.Declare("examples", "Show at most so many of each kind (10)", "N");
  options.Declare("json", "Print the verdict as JSON");
  options.Declare("max-record", "A longer record is undecodable (1MiB)",
                  "SIZE");
  options.Declare("max-inflated",
                  "A compressed input is given up when it becomes larger "
                  "(1TiB)",
                  "SIZE");
  options.AllowWords(kMostInputs);
  if (options.Parse(argc, argv)) return kDone;

  const SentJobs sent = ReadSent(options);
  const VerifyOptions verify_options = ReadVerifyOptions(options);
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
  const std::vector<std::string> inputs = FindInputs(words, missing);
  for (const std::string& problem : missing) {
    options.problems().push_back({"INPUT", 0, 0, "", problem});
  }
  options.ThrowIfRefused();

  const Plan plan(sent.profile);
  const Directory directory(plan, sent.jobs.front().seed);
  SentRecords records(plan, directory, sent.jobs);
  for (std::size_t i = 0; i < sent.jobs.size(); ++i) {
    CheckCounts(sent, i, records.sent_in(i), options.Texts("manifest"),
                options.problems());
  }
  options.ThrowIfRefused();

  const auto begin = std::chrono::steady_clock::now();
  Verifier verifier(directory, sent.jobs.front().shape, records,
                    verify_options);
  for (const std::string& input : inputs) {
    std::string trouble;
    InputBytes::Source source = OpenSource(input, trouble);
    const std::string name = input == "-" ? "standard input" : input;
    if (source) {
      verifier.Read(std::move(source), name);
    } else {
      verifier.NoteUnreadable(name, trouble);
    }
  }
  const Verdict verdict = verifier.Finish();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  if (options.Has("json")) {
    std::puts(VerdictJson(verdict, allowance).c_str());
  } else {
    Show(verdict, allowance, sent, std::max(seconds, 1e-9));
  }
  return allowance.Exceeded(verdict).empty() ? kDone : kJobFailed;
}

}  // namespace busyhour
