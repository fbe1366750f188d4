#include "filter/call_filter.h"

#include <utility>

#include "filter/filter_parser.h"
#include "filter/formula.h"
#include "filter/possible_calls.h"

namespace busyhour::internal {

std::shared_ptr<const CallFilter> CallFilter::Read(
    std::string_view text, const Profile& profile, const std::string& source,
    std::vector<Problem>& problems) {
  // It could not be read; what its calls can have is not known.
  if (profile.flows.empty() && profile.resources.empty()) return nullptr;
  ProblemList found(text);
  Formula formula = FilterParser(text, profile, found).Parse();
  if (found.empty()) PossibleCalls(profile).Check(formula, text, found);
  if (!found.empty()) {
    for (Problem& problem : found.Told(source, nullptr)) {
      problems.push_back(std::move(problem));
    }
    return nullptr;
  }
  const bool reads_notes = formula.ReadsNotes();
  return std::make_shared<CallFilter>(
      std::string(text),
      [formula = std::move(formula)](const Call& call, const Plan& plan) {
        return formula.Holds(call, plan);
      },
      reads_notes);
}

}  // namespace busyhour::internal
