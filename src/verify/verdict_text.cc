#include "verify/verdict_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

std::string Place(const VerifyExample& example) {
  if (example.input.empty()) return "";
  return example.line == 0 ? example.input
                           : example.input + ':' + std::to_string(example.line);
}

// `a  b  c`, without empty parts.
std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string line;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    line.append(line.empty() ? "" : "  ").append(part);
  }
  return line;
}

std::string_view LogNameOf(const std::optional<LogType>& log) {
  return log ? Info(*log).name : std::string_view();
}

std::string ExampleOf(const VerifyCause& cause) {
  const VerifyExample& example = cause.example;
  std::string values;
  if (cause.kind != "altered") {
    if (!example.received.empty()) values = '"' + example.received + '"';
  } else if (cause.change == ChangeKind::kDropped) {
    values = fmt::format("was \"{}\"", example.sent);
  } else {
    values =
        fmt::format("\"{}\" became \"{}\"", example.sent, example.received);
  }
  return Joined({Place(example), example.id, example.time, values});
}

std::string WordsOf(const VerifyCause& cause) {
  if (cause.kind != "altered") return cause.why;
  std::string words = cause.field + ": " + ChangeWords(cause.change, cause.by);
  if (!cause.renamed_to.empty()) {
    words += fmt::format("; \"{}\" has its value", Printable(cause.renamed_to));
  }
  if (cause.change == ChangeKind::kReplaced && cause.is_same_value &&
      cause.count > 1) {
    words += ", always the same";
  }
  return words;
}

void ShowMore(std::size_t shown, std::uint64_t all, std::string_view what,
              std::string& text) {
  if (all > shown) {
    fmt::format_to(std::back_inserter(text), "  and {} more {}{}\n",
                   FormatCount(all - shown), what, all - shown == 1 ? "" : "s");
  }
}

// What is wrong with received records, in the same way in each line.
void ShowCauses(const Verdict& verdict, const VerifyCountInfo& kind,
                std::size_t most, std::string& text) {
  auto out = std::back_inserter(text);
  std::size_t all = 0;
  for (const VerifyCause& cause : verdict.causes) {
    if (cause.kind != kind.name) continue;
    if (all == 0) fmt::format_to(out, "\n{}: {}\n", kind.name, kind.meaning);
    if (++all > std::max<std::size_t>(most, 1)) continue;
    fmt::format_to(out, "  {:>9}  {}\n", FormatCount(cause.count),
                   Joined({LogNameOf(cause.log), WordsOf(cause)}));
    if (most > 0)
      fmt::format_to(out, "  {:>9}  e.g. {}\n", "", ExampleOf(cause));
  }
  ShowMore(std::max<std::size_t>(most, 1), all, "cause", text);
}

// Records in a row, the most first.
void ShowRuns(const Verdict& verdict, const VerifyCountInfo& kind,
              std::size_t most, std::string& text) {
  const std::uint64_t all = verdict.runs.count(kind.name);
  if (all == 0) return;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\n{}: {}\n", kind.name, kind.meaning);
  std::size_t shown = 0;
  for (const VerifyRun& run : verdict.runs.Of(kind.name)) {
    if (++shown > std::max<std::size_t>(most, 1)) break;
    const std::string lines =
        run.input.empty() ? ""
        : run.first_line == run.last_line
            ? fmt::format("{}:{}", run.input, run.first_line)
            : fmt::format("{}:{} to {}", run.input, run.first_line,
                          run.last_line);
    const std::string times =
        run.from == run.to
            ? "delivered " + FormatTime(run.from)
            : fmt::format("in a row, delivered {} to {}", FormatTime(run.from),
                          FormatTime(run.to));
    fmt::format_to(out, "  {:>9}  {}\n", FormatCount(run.records),
                   Joined({Info(run.log).name, lines, times,
                           most > 0 ? "from id " + run.first_id : ""}));
  }
  ShowMore(std::min<std::size_t>(shown, std::max<std::size_t>(most, 1)), all,
           "run", text);
}

// The order of records is described only if it matters.
void ShowDetails(const Verdict& verdict, const Allowance& allowance,
                 std::size_t most, std::string& text) {
  const std::vector<std::string_view> exceeded = allowance.Exceeded(verdict);
  for (const VerifyCountInfo& kind : VerifyCountInfos()) {
    if (kind.name == "out_of_order" &&
        std::find(exceeded.begin(), exceeded.end(), kind.name) ==
            exceeded.end()) {
      continue;
    }
    ShowCauses(verdict, kind, most, text);
    ShowRuns(verdict, kind, most, text);
  }
}

void ShowHints(const Verdict& verdict, std::string& text) {
  for (const VerifyHint& hint : verdict.hints) {
    text += "\nhint: " + hint.text + '\n';
  }
}

// The columns of the text: sent = intact + altered + lost, unless there are
// altered copies.
std::vector<VerifyCountInfo> ColumnsOf(const Verdict& verdict) {
  std::vector<VerifyCountInfo> columns;
  for (const std::string_view name :
       {"sent", "intact", "altered", "lost", "received", "duplicated",
        "altered_copies", "foreign", "undecodable", "out_of_order"}) {
    if (name == "altered_copies" && verdict.total.altered_copies == 0) continue;
    for (const VerifyCountInfo& info : VerifyCountInfos()) {
      if (info.name == name) columns.push_back(info);
    }
  }
  return columns;
}

// A row for each log and for the total, a column for each count.
void ShowCounts(const Verdict& verdict, LogSet logs, std::string& text) {
  auto out = std::back_inserter(text);
  const std::vector<VerifyCountInfo> columns = ColumnsOf(verdict);
  // No count of a log is larger than that of the total.
  const auto width = [&verdict](const VerifyCountInfo& info) {
    return 2 + std::max(info.name.size(),
                        FormatCount(verdict.total.*info.count).size());
  };
  const std::size_t name_width = LogNameWidth(logs);
  fmt::format_to(out, "  {:<{}}", "", name_width);
  for (const VerifyCountInfo& info : columns) {
    fmt::format_to(out, "{:>{}}", info.name, width(info));
  }
  const auto add_row = [&](std::string_view name, const VerifyCounts& counts) {
    fmt::format_to(out, "\n  {:<{}}", name, name_width);
    for (const VerifyCountInfo& info : columns) {
      fmt::format_to(out, "{:>{}}", FormatCount(counts.*info.count),
                     width(info));
    }
  };
  for (const LogType log : logs) add_row(Info(log).name, verdict.logs[log]);
  add_row("total", verdict.total);
  text += '\n';
}

std::string InMilliseconds(std::int64_t ns) {
  return fmt::format("{:.3f}", static_cast<double>(ns) / 1e6);
}

void ShowLatency(const Latency& latency, std::string& text) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\nfrom delivery to arrival, ms: {} records",
                 FormatCount(latency.ns.count()));
  if (latency.ns.count() > 0) {
    fmt::format_to(out, "\n  min {}", InMilliseconds(latency.min_ns));
    for (const LatencyShare& each : kLatencyShares) {
      std::string name(each.name);
      std::replace(name.begin(), name.end(), '_', '.');
      fmt::format_to(out, "  {} {}", name,
                     InMilliseconds(QuantileOf(latency, each.share)));
    }
    fmt::format_to(out, "  max {}", InMilliseconds(latency.max_ns));
  }
  text += '\n';
  if (latency.negative > 0) {
    fmt::format_to(out, "  {} arrived before they were delivered\n",
                   FormatCount(latency.negative));
  }
  if (latency.unreadable > 0) {
    fmt::format_to(out, "  the arrival of {} could not be read\n",
                   FormatCount(latency.unreadable));
  }
}

bool AreShardsOfOneJob(const Job& one, const Job& other) {
  return one.resources.first == other.resources.first;
}

// How many of its shards were sent, if the first of the jobs is a shard.
std::string ShardsText(std::span<const Job> jobs) {
  const Job& first = jobs.front();
  if (first.shard.count == 1) return "";
  const auto sent = std::count_if(
      jobs.begin(), jobs.end(),
      [&](const Job& job) { return AreShardsOfOneJob(first, job); });
  return fmt::format(", {} of {} shards", sent, first.shard.count);
}

// A line for each job, with its calls.
std::string JobsText(const Verdict& verdict, const SentJobs& sent) {
  std::string text;
  for (std::size_t i = 0; i < sent.jobs.size();) {
    const Job& job = sent.jobs[i];
    fmt::format_to(std::back_inserter(text), "{}, seed {}, from {}{}",
                   sent.profiles[i].name, job.seed, FormatTime(job.start),
                   ShardsText(std::span(sent.jobs).subspan(i)));
    std::uint64_t calls = 0;
    do {
      calls += verdict.jobs[i].calls;
    } while (++i < sent.jobs.size() && AreShardsOfOneJob(job, sent.jobs[i]));
    text += ": " + FormatCount(calls) + " calls\n";
  }
  return text;
}

}  // namespace

std::string VerdictText(const Verdict& verdict, const Allowance& allowance,
                        const SentJobs& sent, const VerifyOptions& options) {
  std::string text = Headline(verdict, allowance) + "\n\n";
  auto out = std::back_inserter(text);
  LogSet logs;
  for (const Job& job : sent.jobs) logs.AddAll(job.logs);
  for (const LogType log : kLogTypes) {
    if (!options.judged.Has(log)) logs.Remove(log);
  }
  text += JobsText(verdict, sent) + '\n';
  ShowCounts(verdict, logs, text);
  if (verdict.not_judged > 0) {
    fmt::format_to(out, "\n{} records of other logs were not judged\n",
                   FormatCount(verdict.not_judged));
  }
  if (verdict.early > 0) {
    fmt::format_to(out,
                   "\n{} arrived before they were due, and count as sent\n",
                   FormatCount(verdict.early));
  }
  if (verdict.total.out_of_order > 0) {
    fmt::format_to(out, "\nout of order by at most {}\n",
                   FormatDuration(verdict.out_of_order_ms));
  }
  ShowHints(verdict, text);
  ShowDetails(verdict, allowance, options.examples, text);
  if (verdict.latency) ShowLatency(*verdict.latency, text);
  return text;
}

}  // namespace busyhour::internal
