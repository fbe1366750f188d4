#include "cli/other_words.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/ascii.h"
#include "base/nearest.h"

namespace busyhour::internal {
namespace {

// Words with one meaning, and what to type instead.
struct OtherWords {
  // The words, separated by spaces.
  std::string_view typed;
  // The option or command that must exist; empty if there is none to type.
  std::string_view ours;
  // How it is used; the reason if there is none to type.
  std::string_view example;
};

// Of several rows with a word, the first whose option the command has.
constexpr OtherWords kOptionWords[] = {
    {"--eps --rps --tps --qps --cps --throughput", "rate", "--rate 500/s"},
    {"--rate --eps --rps --tps --qps --cps --throughput", "set",
     "--set traffic.rate=50/s"},
    {"--end --to --stop --before", "until", "--until 2026-03-03T00:00:00Z"},
    {"--from --begin --since --after --start-time --date", "start",
     "--start 2026-03-02T08:00:00Z"},
    {"--count --num --number --limit --max --sessions -c", "calls",
     "--calls 1000"},
    {"--count --num --number --limit --lines --rows --events --messages",
     "records", "--records 1M"},
    {"--time --length --period --span --for --hours --days -d -t", "duration",
     "--duration 1h"},
    {"--time --length --period --duration -d -t", "for", "--for 1m"},
    {"--output --output-file --output-dir --file --dir --dest --path -O", "out",
     "--out logs"},
    {"--url --uri --host --endpoint --target --dest --server --broker --out "
     "--output",
     "to", "--to tcp://127.0.0.1:5140"},
    {"--format --type --encoding --csv --ndjson", "frame", "--frame csv"},
    {"--format --type --encoding --schema", "shape", "--shape table"},
    {"--jobs --workers --parallel --processes --cores --cpus -j -p", "threads",
     "--threads 4"},
    {"--size --total-size --volume --max-bytes -b", "bytes", "--bytes 1GB"},
    {"--random-seed --random --rng --rng-seed --rand", "seed", "--seed 2"},
    {"--config --conf --scenario --template --model --world -f", "profile",
     "--profile contact-center"},
    {"--overwrite --replace --clobber --yes -y", "force", "--force"},
    {"--silent --no-progress", "quiet", "--quiet"},
    {"--compression --gzip --gz --zip -z", "compress", "--compress gzip"},
    {"--continue --append", "resume", "--resume"},
    {"--errors --chaos --drop --loss", "fault", "--fault drop=0.001"},
    {"--partition --part --split", "shard", "--shard 0/4"},
    {"--split-size --roll", "rotate", "--rotate 100MB"},
    {"--expected --reference --sent --truth", "manifest", "--manifest logs"},
    {"--tolerance --ignore --max-lost", "allow", "--allow lost=0.1%"},
    {"--dry-run --estimate --preview", "",
     "busyhour describe previews a job without writing anything"},
    {"--verbose --debug --trace -v -vv", "",
     "progress and a summary are shown without an option, unless there is "
     "--quiet"},
};

constexpr OtherWords kCommandWords[] = {
    {"gen make create produce simulate write emit", "generate",
     "busyhour generate --out logs"},
    {"check compare diff assert reconcile", "verify",
     "busyhour verify --manifest logs"},
    {"validate lint", "profiles", "busyhour profiles validate my-profile.json"},
    {"list ls", "profiles", "busyhour profiles list"},
    {"show cat", "profiles", "busyhour profiles show quickstart"},
    {"send run replay push stream stress publish ingest", "load",
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
    {"alerts detect evaluate", "score",
     "busyhour score alerts.csv --labels labels.jsonl"},
    {"stop pause resume", "control", "busyhour control pause"},
    {"webhooks callbacks", "events", "busyhour events --calls 100"},
    {"ddl table fields", "schema", "busyhour schema media_summary"},
};

bool HasWord(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
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
      return "; did you mean \"" + example + "\"?";
    }
  }
  return {};
}

}  // namespace

std::string OptionHint(std::string_view typed,
                       std::span<const Option> options) {
  std::vector<std::string_view> names;
  std::vector<std::string> dashed;
  for (const Option& option : options) {
    names.push_back(option.name);
    dashed.push_back("--" + std::string(option.name));
  }
  std::string hint = HintByMeaning(typed, kOptionWords, names);
  if (!hint.empty()) return hint;
  return DidYouMean(
      typed, std::vector<std::string_view>(dashed.begin(), dashed.end()));
}

std::string CommandHint(std::string_view typed,
                        std::span<const std::string_view> commands) {
  std::string hint = HintByMeaning(typed, kCommandWords, commands);
  return hint.empty() ? DidYouMean(typed, commands) : hint;
}

}  // namespace busyhour::internal
