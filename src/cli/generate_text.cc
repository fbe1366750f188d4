#include "cli/generate_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <iterator>
#include <string>

#include "base/paths.h"
#include "base/printable.h"
#include "base/units.h"
#include "logs/log.h"

namespace busyhour::internal {
namespace {

constexpr int kBarWidth = 24;

std::string Share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "none";
  return fmt::format(
      "{} ({:.2f} %)", FormatCount(part),
      100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

// `  failed requests 12 (0.31 %), canceled 3 (0.08 %)`, for each log.
std::string EndingsText(const Job& job, const Tally& tally) {
  std::string text;
  auto out = std::back_inserter(text);
  for (const LogType log : job.logs) {
    const CountedEndings& endings = DescriptorOf(log).endings;
    if (endings.noun.empty()) continue;
    fmt::format_to(out, "  failed {} {}", endings.noun,
                   Share(tally.failed[log], tally.records[log]));
    if (!endings.canceled_key.empty()) {
      fmt::format_to(out, ", canceled {}",
                     Share(tally.canceled[log], tally.records[log]));
    }
    fmt::format_to(out, "\n");
  }
  return text;
}

std::string FaultsText(const Tally& tally) {
  std::string faults;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    if (tally.faults[i] == 0) continue;
    faults += fmt::format("{} {} {}", faults.empty() ? "" : ",",
                          FaultInfos()[i].name, FormatCount(tally.faults[i]));
  }
  return faults.empty() ? "" : "  faults" + faults + '\n';
}

// ` -- interrupted: --resume continues it`; empty for a whole run.
std::string EndText(const GenerateSummary& summary, bool has_files) {
  if (summary.whole) return "";
  return std::string(summary.failed ? " -- failed" : " -- interrupted") +
         (has_files ? ": --resume continues it" : "");
}

}  // namespace

void ShowProgress(const Progress& progress, double seconds) {
  const int filled = static_cast<int>(progress.done * kBarWidth);
  const double left = progress.done > 0.01
                          ? seconds * (1 - progress.done) / progress.done
                          : 0.0;
  fmt::print(
      stderr, "\r\033[K[{:#<{}}{:.<{}}] {:3.0f} %  {}records  {}  {}/s{}", "",
      filled, "", kBarWidth - filled, progress.done * 100,
      FormatAmount(static_cast<double>(progress.tally.all_records())) + ' ',
      FormatSize(static_cast<double>(progress.tally.all_bytes())),
      FormatSize(static_cast<double>(progress.tally.all_bytes()) /
                 std::max(seconds, 1e-9)),
      progress.done > 0.01
          ? "  " + FormatDuration(static_cast<std::int64_t>(left * 1000)) +
                " left"
          : std::string());
  std::fflush(stderr);
}

void ClearProgress() { std::fputs("\r\033[K", stderr); }

void ShowSummary(const Profile& profile, const Job& job, const Dataset& dataset,
                 const GenerateSummary& summary) {
  const OutputFiles& files = dataset.files();
  const Tally& tally = summary.tally;
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}: {} calls from {}, seed {}{}\n",
                 Printable(profile.name, kMostPath), FormatCount(tally.calls),
                 FormatTime(job.start), job.seed,
                 EndText(summary, files.has_files()));
  for (const LogType log : job.logs) {
    std::string where;
    if (files.kind() == OutKind::kDirectory) {
      const std::size_t stream = files.routes()[0][log];
      where = Printable(files.streams()[stream].shown, kMostPath) +
              (summary.whole ? "" : std::string(kPartEnding));
    }
    fmt::format_to(out, "  {:<{}}{:>12} records {:>9}{}{}\n", Info(log).name,
                   LogNameWidth(job.logs) + 1, FormatCount(tally.records[log]),
                   FormatSize(static_cast<double>(tally.bytes[log])),
                   where.empty() ? "" : "  ", where);
  }
  if (files.kind() == OutKind::kFile) {
    fmt::format_to(out, "  in {}{}\n",
                   Printable(files.streams().front().shown, kMostPath),
                   summary.whole ? "" : kPartEnding);
  }
  if (dataset.has_neighbors()) {
    fmt::format_to(out, "  beside other jobs, with the manifest {}\n",
                   Printable(dataset.manifest_path(), kMostPath));
  }
  if (job.compression != Compression::kNone && files.has_files()) {
    text += "  all sizes are those before compression\n";
  }
  text += EndingsText(job, tally) + FaultsText(tally);
  // 0 if the run ended before it reached the end of the earlier one.
  const auto more = [](std::uint64_t now, std::uint64_t then) {
    return static_cast<double>(std::max(now, then) - then);
  };
  const double bytes = more(tally.all_bytes(), summary.bytes_before);
  const double records = more(tally.all_records(), summary.records_before);
  fmt::format_to(
      out, "  {} in {:.2f} s: {}/s, {} records/s{}\n", FormatSize(bytes),
      summary.seconds, FormatSize(bytes / summary.seconds),
      FormatAmount(records / summary.seconds),
      summary.records_before > 0 ? "; the rest was there before" : "");
  std::fputs(text.c_str(), stderr);
}

}  // namespace busyhour::internal
