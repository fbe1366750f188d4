#include "cli/verify_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/printable.h"
#include "base/units.h"

namespace busyhour {
namespace {

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

// A row for each log and for the total, a column for each count.
void ShowCounts(const Verdict& verdict, LogSet logs, std::string& text) {
  auto out = std::back_inserter(text);
  // No count of a log is larger than that of the total.
  const auto width = [&verdict](const VerifyCountInfo& info) {
    return 2 + std::max(info.name.size(),
                        FormatCount(verdict.total.*info.count).size());
  };
  const std::size_t name_width = LogNameWidth(logs);
  fmt::format_to(out, "  {:<{}}", "", name_width);
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    fmt::format_to(out, "{:>{}}", info.name, width(info));
  }
  const auto add_row = [&](std::string_view name, const VerifyCounts& counts) {
    fmt::format_to(out, "\n  {:<{}}", name, name_width);
    for (const VerifyCountInfo& info : VerifyCountInfos()) {
      fmt::format_to(out, "{:>{}}", FormatCount(counts.*info.count),
                     width(info));
    }
  };
  for (const LogType log : logs) add_row(Info(log).name, verdict.logs[log]);
  add_row("total", verdict.total);
  text += '\n';
}

std::string Milliseconds(std::int64_t ns) {
  return fmt::format("{:.3f}", static_cast<double>(ns) / 1e6);
}

void ShowLatency(const Latency& latency, std::string& text) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\nfrom delivery to arrival, ms: {} records",
                 FormatCount(latency.ns.count()));
  if (latency.ns.count() > 0) {
    fmt::format_to(out, "\n  min {}", Milliseconds(latency.min_ns));
    for (const LatencyShare& each : kLatencyShares) {
      std::string name(each.name);
      std::replace(name.begin(), name.end(), '_', '.');
      fmt::format_to(out, "  {} {}", name,
                     Milliseconds(QuantileOf(latency, each.share)));
    }
    fmt::format_to(out, "  max {}", Milliseconds(latency.max_ns));
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

}  // namespace

void ShowVerdict(const Verdict& verdict, const Allowance& allowance,
                 const SentJobs& sent, double seconds) {
  std::string text;
  auto out = std::back_inserter(text);
  LogSet logs;
  const Job* last = nullptr;
  for (std::size_t i = 0; i < sent.jobs.size(); ++i) {
    const Job& job = sent.jobs[i];
    logs.AddAll(job.logs);
    // Shards of one job have the same resources.
    if (last != nullptr && last->resources.first == job.resources.first) {
      continue;
    }
    fmt::format_to(out, "{}{}, seed {}, from {}", last == nullptr ? "" : "\n",
                   sent.profiles[i].name, job.seed, FormatTime(job.start));
    last = &job;
  }
  fmt::format_to(out, ": {} calls\n\n", FormatCount(verdict.calls));
  ShowCounts(verdict, logs, text);
  if (verdict.early > 0) {
    fmt::format_to(out,
                   "\n{} arrived before they were due, and count as sent\n",
                   FormatCount(verdict.early));
  }
  if (verdict.total.out_of_order > 0) {
    fmt::format_to(out, "\nout of order by at most {}\n",
                   FormatDuration(verdict.out_of_order_ms));
  }
  for (const LogInfo& log : Logs()) {
    const auto& fields = verdict.altered_fields[log.log];
    for (const auto& [name, count] : fields) {
      fmt::format_to(out, "\naltered {} {}: {}", log.name, name,
                     FormatCount(count));
    }
    if (!fields.empty()) text += '\n';
  }
  if (verdict.latency) ShowLatency(*verdict.latency, text);
  ShowExamples(verdict, text);
  const std::vector<std::string_view> exceeded = allowance.Exceeded(verdict);
  if (!verdict.nothing_asked.empty()) {
    fmt::format_to(out, "\nFAILED: no records were expected: {}\n",
                   verdict.nothing_asked);
  } else if (exceeded.empty()) {
    fmt::format_to(out, "\npassed\n");
  } else {
    fmt::format_to(out, "\nFAILED: {}\n", fmt::join(exceeded, ", "));
  }
  std::fputs(ForPerson(text).c_str(), stdout);
  fmt::print(
      stderr, "{} in {:.2f} s: {}/s, {} records/s\n",
      FormatSize(static_cast<double>(verdict.bytes)), seconds,
      FormatSize(static_cast<double>(verdict.bytes) / seconds),
      FormatAmount(static_cast<double>(verdict.total.received) / seconds));
}

void ShowFiles(const std::vector<FilesVerdict>& verdicts) {
  std::string text;
  auto out = std::back_inserter(text);
  bool passed = true;
  for (const FilesVerdict& verdict : verdicts) {
    passed = passed && verdict.passed();
    fmt::format_to(
        out, "{}: {}, {} {}, {} read\n", Printable(verdict.manifest, kMostPath),
        verdict.complete ? "complete" : "interrupted",
        FormatCount(verdict.files), verdict.files == 1 ? "file" : "files",
        FormatSize(static_cast<double>(verdict.bytes)));
    for (const FileTrouble& trouble : verdict.troubles) {
      fmt::format_to(out, "  {:<11}{} {}\n", NameOf(trouble.kind),
                     Printable(trouble.file, kMostPath), trouble.detail);
    }
    if (!verdict.complete) {
      fmt::format_to(out,
                     "  not finished: {} records were written according to the "
                     "manifest{}\n",
                     FormatCount(verdict.records),
                     verdict.troubles.empty()
                         ? "; generate --resume continues from there"
                         : "");
    }
  }
  fmt::format_to(out, "\n{}\n", passed ? "passed" : "FAILED: files");
  std::fputs(ForPerson(text).c_str(), stdout);
}

}  // namespace busyhour
