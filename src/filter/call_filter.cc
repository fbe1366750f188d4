#include "filter/call_filter.h"

#include <utility>

#include "filter/filter_parser.h"

namespace busyhour::internal {

std::shared_ptr<const CallFilter> CallFilter::Read(
    std::string_view text, const Profile& profile, const std::string& source,
    std::vector<Problem>& problems) {
  // It could not be read; what its calls can have is not known.
  if (profile.flows.empty() && profile.resources.empty()) return nullptr;
  ProblemList found(text);
  CallTest test = FilterParser(text, profile, found).Parse();
  if (!found.empty()) {
    for (Problem& problem : found.Told(source, nullptr)) {
      problems.push_back(std::move(problem));
    }
    return nullptr;
  }
  return std::make_shared<CallFilter>(std::string(text), std::move(test));
}

}  // namespace busyhour::internal
