#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"
#include "text/problems.h"
#include "verify/manifests.h"
#include "verify/verdict.h"

// What the files that write hints have in common.

namespace busyhour::internal {

/// A verdict, and the hints on it so far. Both arguments must outlive it.
class HintList {
 public:
  HintList(const Verdict& given_verdict, const SentJobs& given_sent)
      : verdict(given_verdict), sent(given_sent) {}

  void Add(std::string_view about, std::string text) {
    hints.push_back({about, std::move(text)});
  }
  std::uint64_t arrived() const {
    return verdict.total.sent - verdict.total.lost;
  }
  std::uint64_t ArrivedOf(LogType log) const {
    return verdict.logs[log].sent - verdict.logs[log].lost;
  }

  const Verdict& verdict;
  const SentJobs& sent;
  std::vector<VerifyHint> hints;
};

/// Hints on where lost records are missing. Some records must have arrived.
void AddLossHints(HintList& list);
/// Hints on how values were changed.
void AddChangeHints(HintList& list);

/// Sizes or changes that fewer records have in common may be chance.
inline constexpr std::uint64_t kLeastInCommon = 3;

/// Whether `part` is nearly all of `whole`.
inline bool IsMost(std::uint64_t part, std::uint64_t whole) {
  return part > 0 && part >= whole - whole / 10;
}

/// `a, b and 3 more`.
inline std::string Listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kMost) {
    text += " and " + FormatCount(names.size() - kMost) + " more";
  }
  return text;
}

inline std::string RecordsInWords(std::uint64_t count) {
  return FormatCount(count) + (count == 1 ? " record" : " records");
}

}  // namespace busyhour::internal
