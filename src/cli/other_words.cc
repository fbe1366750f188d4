#include "cli/other_words.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

#include "base/ascii.h"
#include "base/nearest.h"
#include "cli/kept_value.h"
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
  // How it is used, with the value in braces if it is only an example; or a
  // sentence, if there is nothing else to type.
  std::string_view example;
  // Which values replace the example's.
  Keeps keeps = Keeps::kNone;
};

// Of several rows with a word whose option the command has, the first that
// keeps the value that was typed, else the first.
constexpr OtherWords kOptionWords[] = {
    {"--eps --rps --tps --qps --cps --throughput -r", "rate", "--rate {500/s}",
     Keeps::kRate},
    {"--rate --eps --rps --tps --qps --cps --throughput", "set",
     "--set traffic.rate={50/s}", Keeps::kRate},
    {"--end --to --stop --before", "until", "--until {2026-03-03T00:00:00Z}",
     Keeps::kTime},
    {"--from --begin --since --after --start-time --date", "start",
     "--start {2026-03-02T08:00:00Z}", Keeps::kTime},
    {"--count", "words",
     "to count calls: busyhour truth --where EXPRESSION; to list more of them: "
     "--calls N"},
    {"--count --num --number --limit --max --sessions -c", "calls",
     "--calls {1000}", Keeps::kCount},
    {"--count --num --number --limit --lines --rows --events --messages "
     "--iterations",
     "records", "--records {1M}", Keeps::kCount},
    {"--time --length --period --span --for --last --hours --days -d -t",
     "duration", "--duration {1h}", Keeps::kDuration},
    {"--time --length --period --duration -d -t", "for", "--for {1m}",
     Keeps::kDuration},
    {"--stdout", "out", "--out -"},
    {"--output --output-file --output-dir --file --dir --dest --path -O", "out",
     "--out {logs}", Keeps::kAny},
    {"--url --uri --host --port --endpoint --target --dest --server --out "
     "--output",
     "to", "--to {tcp://127.0.0.1:5140}", Keeps::kAddress},
    {"--broker --brokers --bootstrap-server --topic", "to",
     "--to {kafka://127.0.0.1:9092/TOPIC}", Keeps::kAddress},
    {"--header --headers -H", "with", "--with header.NAME=VALUE"},
    {"--token --api-key --apikey --auth --bearer", "with",
     "--with token_env=VARIABLE"},
    {"--user --username --password -u", "with",
     "--with user_env=VARIABLE --with password_env=VARIABLE"},
    {"--connections --concurrency --vus --users --clients", "with",
     "--with connections={8}", Keeps::kCount},
    {"--batch --batch-size --bulk --bulk-size", "with",
     "--with batch_records={500}", Keeps::kCount},
    {"--method --request -X", "with", "--with method={PUT}", Keeps::kAny},
    {"--retry --retries --max-retries", "give-up",
     "load sends again what was not accepted, until --give-up ends the run"},
    {"--stages --steps", "pattern", "--pattern {steps:1,2,4}"},
    {"--ramp --ramp-up --rampup", "pattern", "--pattern {ramp:0.1..2}"},
    {"--timeout", "with", "--with timeout={30s}", Keeps::kDuration},
    {"--ca --cacert --cafile", "with", "--with ca={FILE}", Keeps::kAny},
    {"--insecure -k", "with", "--with ca=FILE"},
    {"--compress --compression", "with", "--with compress={gzip}", Keeps::kAny},
    {"--gzip --gz -z", "with", "--with compress=gzip"},
    {"--json", "hgrm", "--report FILE"},
    {"--frame --format --encoding --content-type", "with",
     "--with frame={array}", Keeps::kFrame},
    {"--json --jsonl --ndjson", "frame", "--frame jsonl"},
    {"--csv", "frame", "--frame csv"},
    {"--frame --type --encoding", "format", "--format {csv}", Keeps::kChoice},
    {"--json --format", "against",
     "the page is HTML; its figures are in the JSON of load --report FILE and "
     "of verify --json"},
    {"--format --type --encoding", "frame", "--frame {csv}", Keeps::kChoice},
    {"--format --type --encoding --schema", "shape", "--shape {table}",
     Keeps::kChoice},
    {"--jobs --workers --parallel --processes --cores --cpus -j", "threads",
     "--threads {4}", Keeps::kCount},
    {"--size --total-size --volume --max-bytes -b", "bytes", "--bytes {1GB}",
     Keeps::kSize},
    {"--random-seed --random --rng --rng-seed --rand", "seed", "--seed {2}",
     Keeps::kCount},
    {"--config --conf --scenario --template --model --world -p", "profile",
     "--profile {contact-center}", Keeps::kAny},
    {"--overwrite --replace --clobber --yes -y", "force", "--force"},
    {"--silent --no-progress", "quiet", "--quiet"},
    {"--compression", "compress", "--compress {gzip}", Keeps::kChoice},
    {"--gzip --gz --zip -z", "compress", "--compress gzip"},
    {"--continue --append", "resume", "--resume"},
    {"--errors --chaos --drop --loss", "fault", "--fault {drop=0.001}"},
    {"--partition --part --split", "shard", "--shard {0/4}", Keeps::kAny},
    {"--split-size --roll", "rotate", "--rotate {100MB}", Keeps::kSize},
    {"--split-by --partition-by", "layout",
     "a new file begins as --rotate SIZE or --layout NAME says"},
    {"--expected --reference --sent --truth --against --original --baseline",
     "manifest", "--manifest {logs}", Keeps::kAny},
    {"--input --in --received --actual", "manifest",
     "what was received is named without an option: busyhour verify received "
     "--manifest logs"},
    {"--tolerance --ignore --max-lost", "allow", "--allow {lost=0.1%}"},
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
     "--where {'duration > 1m'}", Keeps::kAny},
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

// What other tools call a receiver.
constexpr std::string_view kAddressWords =
    "--to --url --uri --host --endpoint --target --dest --server --output "
    "--sink";

bool IsProfile(std::string_view typed) {
  const auto& profiles = BuiltinProfiles();
  return std::any_of(
      profiles.begin(), profiles.end(),
      [&](const BuiltinProfile& each) { return each.name == typed; });
}

// Rather than a sentence.
bool IsToType(const OtherWords& row) {
  return !row.ours.empty() && (row.example.starts_with("--") ||
                               row.example.starts_with("busyhour "));
}

// `; did you mean "--calls 7"?`, or if the value is none of that option,
// `; did you mean --calls, such as "--calls 1000"?`. `option` is the row's,
// null for that of a command.
std::string HintOf(const OtherWords& row, std::string_view kept,
                   const Option* option) {
  std::string text(row.example);
  if (!IsToType(row)) return "; " + text;
  const std::size_t open = text.find('{');
  if (open == text.npos) return "; did you mean \"" + text + "\"?";
  const std::size_t close = text.find('}');
  if (!kept.empty()) {
    text.replace(open, close - open + 1, kept);
    return "; did you mean \"" + text + "\"?";
  }
  const std::string example = text.substr(open + 1, close - open - 1);
  if (option != nullptr && option->choices != nullptr &&
      row.keeps == Keeps::kChoice &&
      KeptValue(row.keeps, {}, example, *option).empty()) {
    // The command has other choices.
    text.replace(open, close - open + 1, option->choices().back());
  } else {
    text.erase(close, 1).erase(open, 1);
  }
  return "; did you mean --" + std::string(row.ours) + ", such as \"" + text +
         "\"?";
}

// The rows with a word whose option or command exists.
std::vector<const OtherWords*> RowsOf(std::string_view word,
                                      std::span<const OtherWords> table,
                                      std::span<const std::string_view> ours) {
  std::vector<const OtherWords*> rows;
  for (const OtherWords& row : table) {
    if (HasWord(row.typed, word) &&
        (row.ours.empty() ||
         std::find(ours.begin(), ours.end(), row.ours) != ours.end())) {
      rows.push_back(&row);
    }
  }
  return rows;
}

// The case of a letter matters in short options only.
std::string WordOf(std::string_view typed) {
  return typed.size() > 2 ? InLowerCase(typed) : std::string(typed);
}

}  // namespace

std::string OptionHint(std::string_view typed, std::string_view value,
                       std::string_view command,
                       std::span<const Option> options) {
  std::vector<std::string_view> names;
  for (const Option& option : options) names.push_back(option.name);
  const auto has = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const std::string word = WordOf(typed);
  // `--format json`, where there is a `--json`.
  const std::string format = InLowerCase(value);
  if (HasWord("--format --type --encoding --output", word) &&
      HasWord("json csv", format) && has(format)) {
    return "; did you mean \"--" + format + "\"?";
  }
  // An address where nothing is sent.
  if (HasWord(kAddressWords, word) && IsAddress(value) && !has("to") &&
      HasWord("generate describe events", command)) {
    return "; did you mean \"busyhour load " +
           std::string(command == "events" ? "--events " : "") + "--to " +
           ForShell(HideInAddress(value)) + "\"?";
  }
  const std::vector<const OtherWords*> rows = RowsOf(word, kOptionWords, names);
  const auto option_of = [&](const OtherWords& row) {
    const auto at =
        std::find_if(options.begin(), options.end(),
                     [&](const Option& each) { return each.name == row.ours; });
    return at == options.end() ? nullptr : &*at;
  };
  for (const OtherWords* row : rows) {
    // A sentence needs no value.
    if (!IsToType(*row)) break;
    const Option* const option = option_of(*row);
    const std::string kept = KeptValue(row->keeps, word, value, *option);
    if (!kept.empty()) return HintOf(*row, kept, option);
  }
  if (!rows.empty()) {
    return HintOf(*rows.front(), {}, option_of(*rows.front()));
  }
  if (!typed.starts_with("--")) return {};
  // What has another meaning is no typing error.
  const bool is_known = std::any_of(
      std::begin(kOptionWords), std::end(kOptionWords),
      [&](const OtherWords& row) { return HasWord(row.typed, word); });
  if (is_known) return {};
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
  const std::vector<const OtherWords*> rows =
      RowsOf(WordOf(typed), kCommandWords, commands);
  if (!rows.empty()) return HintOf(*rows.front(), {}, nullptr);
  constexpr std::string_view kOptions[] = {"--help", "--version"};
  return typed.starts_with("--") ? DidYouMean(typed, kOptions)
                                 : DidYouMean(typed, commands);
}

}  // namespace busyhour::internal
