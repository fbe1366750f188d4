#include "cli/verify_text.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

#include "base/printable.h"
#include "base/units.h"
#include "cli/print_verdicts.h"
#include "verify/verdict_text.h"

namespace busyhour::internal {
namespace {

std::string StateOf(const FilesVerdict& verdict) {
  if (!verdict.complete) return "interrupted";
  const std::size_t troubles = verdict.troubles.size();
  return troubles == 0 ? "complete"
                       : FormatCount(troubles) +
                             (troubles == 1 ? " problem" : " problems");
}

}  // namespace

void ShowVerdict(const Verdict& verdict, const Allowance& allowance,
                 const SentJobs& sent, const VerifyOptions& options,
                 double seconds) {
  PrintVerdicts(ForPerson(VerdictText(verdict, allowance, sent, options)),
                stdout);
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
    fmt::format_to(out, "{}: {}, {} {}, {} read\n",
                   Printable(verdict.manifest, kMostPath), StateOf(verdict),
                   FormatCount(verdict.files),
                   verdict.files == 1 ? "file" : "files",
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
  PrintVerdicts(ForPerson(text), stdout);
}

}  // namespace busyhour::internal
