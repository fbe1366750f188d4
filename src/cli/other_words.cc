#include "cli/other_words.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/ascii.h"
#include "base/nearest.h"
#include "deliver/secrets.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

// Words with one meaning, and what to type instead.
struct OtherWords {
  // The words, separated by spaces.
  std::string_view typed;
  // The option or command that must exist; empty if there is none to type.
  std::string_view ours;
  // How it is used; or a sentence, if there is nothing else to type.
  std::string_view example;
};

// Of several rows with a word, the first whose option the command has.
constexpr OtherWords kOptionWords[] = {
    {"--eps --rps --tps --qps --cps --throughput -r", "rate", "--rate 500/s"},
    {"--rate --eps --rps --tps --qps --cps --throughput", "set",
     "--set traffic.rate=50/s"},
    {"--end --to --stop --before", "until", "--until 2026-03-03T00:00:00Z"},
    {"--from --begin --since --after --start-time --date", "start",
     "--start 2026-03-02T08:00:00Z"},
    {"--count", "words",
     "to count calls: busyhour truth --where EXPRESSION; to list more of them: "
     "--calls N"},
    {"--count --num --number --limit --max --sessions -c", "calls",
     "--calls 1000"},
    {"--count --num --number --limit --lines --rows --events --messages "
     "--iterations",
     "records", "--records 1M"},
    {"--time --length --period --span --for --last --hours --days -d -t",
     "duration", "--duration 1h"},
    {"--time --length --period --duration -d -t", "for", "--for 1m"},
    {"--stdout", "out", "--out -"},
    {"--output --output-file --output-dir --file --dir --dest --path -O", "out",
     "--out logs"},
    {"--url --uri --host --port --endpoint --target --dest --server --out "
     "--output",
     "to", "--to tcp://127.0.0.1:5140"},
    {"--broker --brokers --bootstrap-server --topic", "to",
     "--to kafka://127.0.0.1:9092/TOPIC"},
    {"--header --headers -H", "with", "--with header.NAME=VALUE"},
    {"--token --api-key --apikey --auth --bearer", "with",
     "--with token_env=VARIABLE"},
    {"--user --username --password -u", "with",
     "--with user_env=VARIABLE --with password_env=VARIABLE"},
    {"--connections --concurrency --vus --users --clients", "with",
     "--with connections=8"},
    {"--batch --batch-size --bulk --bulk-size", "with",
     "--with batch_records=500"},
    {"--method --request -X", "with", "--with method=PUT"},
    {"--retry --retries --max-retries", "give-up",
     "load sends again what was not accepted, until --give-up ends the run"},
    {"--stages --steps", "pattern", "--pattern steps:1,2,4"},
    {"--ramp --ramp-up --rampup", "pattern", "--pattern ramp:0.1..2"},
    {"--timeout", "with", "--with timeout=30s"},
    {"--ca --cacert --cafile --insecure -k", "with", "--with ca=FILE"},
    {"--compress --compression --gzip --gz -z", "with", "--with compress=gzip"},
    {"--frame --format --encoding --content-type --json", "with",
     "--with frame=array"},
    {"--json --jsonl --ndjson", "frame", "--frame jsonl"},
    {"--format --type --encoding --csv", "frame", "--frame csv"},
    {"--format --type --encoding --schema", "shape", "--shape table"},
    {"--jobs --workers --parallel --processes --cores --cpus -j", "threads",
     "--threads 4"},
    {"--size --total-size --volume --max-bytes -b", "bytes", "--bytes 1GB"},
    {"--random-seed --random --rng --rng-seed --rand", "seed", "--seed 2"},
    {"--config --conf --scenario --template --model --world -p", "profile",
     "--profile contact-center"},
    {"--overwrite --replace --clobber --yes -y", "force", "--force"},
    {"--silent --no-progress", "quiet", "--quiet"},
    {"--compression --gzip --gz --zip -z", "compress", "--compress gzip"},
    {"--continue --append", "resume", "--resume"},
    {"--errors --chaos --drop --loss", "fault", "--fault drop=0.001"},
    {"--partition --part --split", "shard", "--shard 0/4"},
    {"--split-size --roll", "rotate", "--rotate 100MB"},
    {"--split-by --partition-by", "layout",
     "a new file begins as --rotate SIZE or --layout NAME says"},
    {"--expected --reference --sent --truth --against --original --baseline",
     "manifest", "--manifest logs"},
    {"--input --in --received --actual", "manifest",
     "what was received is named without an option: busyhour verify received "
     "--manifest logs"},
    {"--tolerance --ignore --max-lost", "allow", "--allow lost=0.1%"},
    {"--dry-run --estimate --preview", "",
     "busyhour describe previews a job without writing anything"},
    {"--array", "frame", "--frame array"},
    {"--fields --columns --select --exclude --include", "shape",
     "a record has all fields of its --shape; jq, or the tool that reads it, "
     "leaves some out"},
    {"--pretty --indent", "",
     "a record is one line of JSON; jq shows it with indents"},
    {"--where --filter --query --expression --match --grep -e", "words",
     "the expression is an argument: busyhour find 'duration > 1m'"},
    {"--filter --query --expression --match --grep --find -e", "where",
     "--where 'duration > 1m'"},
    {"--warm-up --cut-off", "words",
     "find lists calls, not their records: those attempted from the start on"},
    {"--pick", "where",
     "generate, load, verify and truth pick calls; --where selects them by an "
     "expression"},
    {"--where --pick --filter", "",
     "calls are selected by generate, load, verify, truth, which counts their "
     "records, and explain, with --where"},
    {"-f", "force",
     "-f is neither --force nor --frame nor --profile here: please write it "
     "out"},
    {"--loop --forever --infinite --repeat --continuous --interval --sleep "
     "--follow",
     "",
     "busyhour load sends records when they are due, for as long as --for "
     "says"},
    {"--verbose --debug --trace -v -vv", "",
     "progress and a summary are shown without an option, unless there is "
     "--quiet"},
};

constexpr OtherWords kCommandWords[] = {
    {"gen make create produce simulate write emit logs", "generate",
     "busyhour generate --out logs"},
    {"check compare diff assert reconcile test", "verify",
     "busyhour verify --manifest logs"},
    {"validate lint", "profiles", "busyhour profiles validate my-profile.json"},
    {"list ls dir", "profiles", "busyhour profiles list"},
    {"show cat get print", "profiles", "busyhour profiles show quickstart"},
    {"send run start replay push stream stress publish ingest", "load",
     "busyhour load --to tcp://127.0.0.1:5140"},
    {"stats info estimate preview plan dry-run", "describe",
     "busyhour describe --profile contact-center"},
    {"count answers query expected", "truth", "busyhour truth --duration 1h"},
    {"search grep filter select where pick", "find",
     "busyhour find 'duration > 1m'"},
    {"search grep filter select lookup inspect trace story", "explain",
     "busyhour explain ID"},
    {"join combine concat", "merge",
     "busyhour merge run-0.json run-1.json --out run.json"},
    {"html page plot chart dashboard", "report",
     "busyhour report run.json --out page.html"},
    {"convert transform export to-csv to-parquet", "generate",
     "busyhour generate --out x.csv"},
    {"serve server listen mock receive sink", "",
     "busyhour sends logs, and receives none: busyhour load --to ADDRESS"},
    {"init new scaffold", "profiles",
     "busyhour profiles show quickstart > my-profile.json"},
    {"tail watch follow", "load", "busyhour load --to -"},
    {"config --list", "profiles", "busyhour profiles list"},
    {"alerts detect evaluate", "score",
     "busyhour score alerts.csv --labels labels.jsonl"},
    {"stop pause resume", "control", "busyhour control pause"},
    {"status state", "control", "busyhour control status"},
    {"webhooks callbacks", "events", "busyhour events --calls 100"},
    {"ddl table fields", "schema", "busyhour schema media_summary"},
    {"version -v", "", "busyhour --version shows the version"},
    {"man manual", "", "busyhour help --man shows the manual page"},
};

bool IsProfile(std::string_view typed) {
  const auto& profiles = BuiltinProfiles();
  return std::any_of(
      profiles.begin(), profiles.end(),
      [&](const BuiltinProfile& each) { return each.name == typed; });
}

std::string HintByMeaning(std::string_view typed,
                          std::span<const OtherWords> table,
                          std::span<const std::string_view> ours) {
  // The case of a letter matters in short options only.
  const std::string word =
      typed.size() > 2 ? InLowerCase(typed) : std::string(typed);
  for (const OtherWords& row : table) {
    if (!HasWord(row.typed, word)) continue;
    const std::string example(row.example);
    if (row.ours.empty()) return "; " + example;
    if (std::find(ours.begin(), ours.end(), row.ours) != ours.end()) {
      const bool is_typed =
          example.starts_with("--") || example.starts_with("busyhour ");
      if (!is_typed) return "; " + example;
      return "; did you mean \"" + example + "\"?";
    }
  }
  return {};
}

}  // namespace

std::string OptionHint(std::string_view typed,
                       std::span<const Option> options) {
  std::vector<std::string_view> names;
  for (const Option& option : options) names.push_back(option.name);
  std::string hint = HintByMeaning(typed, kOptionWords, names);
  if (!hint.empty() || !typed.starts_with("--")) return hint;
  const std::string_view nearest = NearestName(typed.substr(2), names);
  if (nearest.empty()) return {};
  return "; did you mean \"--" + std::string(nearest) + "\"?";
}

std::string WordHint(std::string_view typed, std::span<const Option> options) {
  const auto has = [&](std::string_view name) {
    return std::any_of(
        options.begin(), options.end(),
        [&](const Option& option) { return option.name == name; });
  };
  const char* const option =
      IsProfile(typed) && has("profile")                         ? "--profile "
      : typed.find("://") != std::string_view::npos && has("to") ? "--to "
                                                                 : nullptr;
  if (option == nullptr) return {};
  return "; did you mean \"" + std::string(option) + HideInAddress(typed) +
         "\"?";
}

std::string CommandHint(std::string_view typed,
                        std::span<const std::string_view> commands) {
  if (IsProfile(typed)) {
    return "; it is a profile: busyhour generate --profile " +
           std::string(typed);
  }
  std::string hint = HintByMeaning(typed, kCommandWords, commands);
  if (!hint.empty()) return hint;
  constexpr std::string_view kOptions[] = {"--help", "--version"};
  return typed.starts_with("--") ? DidYouMean(typed, kOptions)
                                 : DidYouMean(typed, commands);
}

}  // namespace busyhour::internal
