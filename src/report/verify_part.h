#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "dataset/json_members.h"
#include "report/page.h"

namespace busyhour::internal {

/// The result of `verify --json`.
struct VerifyReport {
  /// The part of a page that shows it.
  ReportPart part;
  /// What two results are compared by: counts of the same kinds, in the same
  /// order, as shares of the records sent, in percent; with the shares in each
  /// period, if the result has them.
  struct Share {
    std::string name;
    double percent = 0;
    std::vector<double> by_period;
  };
  std::vector<Share> shares;
};

/// Reads the result; all problems are added.
VerifyReport ReadVerification(const nlohmann::json& json,
                              const AddProblem& add);

/// The part of a page that shows it; with `old`, what has changed since an
/// earlier one.
ReportPart PartOf(const VerifyReport& verification, const VerifyReport* old);

}  // namespace busyhour::internal
