#include "cli/bench_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <iterator>
#include <string>

#include "base/units.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kShownNameBytes = 40;

std::string Shortened(std::string name) {
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  if (name.size() <= kShownNameBytes) return name;
  return name.substr(0, kShownNameBytes - 3) + "...";
}

// Three significant digits.
std::string Digits(double value) {
  if (value >= 99.95) return fmt::format("{:.0f}", value);
  if (value >= 9.995) return fmt::format("{:.1f}", value);
  return fmt::format("{:.2f}", value);
}

}  // namespace

void ShowTask(const CorpusInfo& corpus, int rounds, const TaskReport& report) {
  std::string text;
  auto out = std::back_inserter(text);
  std::size_t width = 0;
  for (const Row& row : report.rows) {
    width = std::max(width, Shortened(row.name).size());
  }
  fmt::format_to(
      out, "\n{}: {} ({})\n", Info(report.task).name, Info(report.task).summary,
      rounds == 1 ? "one round" : fmt::format("medians of {} rounds", rounds));
  const bool has_memory = report.rows.back().kind == "command";
  fmt::format_to(out, "  {:<{}} {:>6} {:>6} {:>10} {:>10} {:>8} {:>7}{}\n", "",
                 width, "GB/s", "+-", "records/s", "ns/record", "x floor",
                 "cpu s", has_memory ? "    memory" : "");
  for (const Row& row : report.rows) {
    const auto figures = FiguresOf(row, report.rows.front(), corpus);
    fmt::format_to(out, "  {:<{}}", Shortened(row.name), width);
    if (!figures) {
      fmt::format_to(out, " FAILED: {}\n", row.result.failure);
      continue;
    }
    fmt::format_to(
        out, " {:>6} {:>4.0f} % {:>10} {:>10} {:>8} {:>7.3f}{}\n",
        Digits(figures->bytes_per_s / 1e9), 100 * figures->wall.deviation,
        FormatAmount(figures->records_per_s), Digits(figures->ns_per_record),
        Digits(figures->times_floor), figures->cpu.median,
        figures->peak_bytes == 0
            ? std::string()
            : fmt::format("{:>10}", FormatSize(static_cast<double>(
                                        figures->peak_bytes))));
  }
  std::fputs(text.c_str(), stdout);
}

void ShowCorpus(const CorpusInfo& corpus) {
  std::string head = fmt::format("{}: {} records, {}, {} {}", corpus.source,
                                 FormatCount(corpus.records),
                                 FormatSize(static_cast<double>(corpus.bytes)),
                                 corpus.shape, corpus.frame);
  if (corpus.undecodable > 0) {
    head += fmt::format(", {} undecodable", FormatCount(corpus.undecodable));
  }
  fmt::print("{}\nreference: {}\n", head, corpus.truth);
}

}  // namespace busyhour::internal
