#include "job/picks.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/units.h"
#include "text/problems.h"

namespace busyhour::internal {

namespace {

// Without those at its ends.
std::string WithoutSpaces(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return std::string(
      text.substr(begin, text.find_last_not_of(' ') + 1 - begin));
}

}  // namespace

CallPick ReadPick(const std::string& text, const Profile& profile,
                  const std::string& source, std::vector<Problem>& problems) {
  CallPick pick{text, "", nullptr, 0};
  const std::size_t equals = text.rfind('=');
  const auto calls = equals == std::string::npos
                         ? std::nullopt
                         : ParseCount(WithoutSpaces(text.substr(equals + 1)));
  if (!calls || *calls == 0 || *calls > kMostPicked) {
    problems.push_back({source, 0, 0, "",
                        Quoted(text) +
                            " must end with = and a number of calls from 1 to "
                            "100,000, such as initial_silence=3"});
    return pick;
  }
  pick.calls = *calls;
  pick.expression = WithoutSpaces(text.substr(0, equals));
  // The last = of `Play>=3` is that of the comparison.
  if (pick.expression.find_last_of("<>!=") + 1 == pick.expression.size() &&
      !pick.expression.empty()) {
    problems.push_back(
        {source, 0, 0, "",
         Quoted(text) +
             " ends in the last =, behind which is the number of "
             "calls: did you mean " +
             Quoted(text + "=N") + ", such as " + Quoted(text + "=1") + "?"});
    return pick;
  }
  pick.filter = CallFilter::Read(pick.expression, profile, source, problems);
  return pick;
}

std::shared_ptr<const CallFilter> FilterOf(std::vector<CallKey> calls) {
  return std::make_shared<CallFilter>(
      "",
      [calls = std::move(calls)](const Call& call, const Plan&) {
        return std::binary_search(calls.begin(), calls.end(), call.key);
      },
      /*reads_notes=*/false);
}

std::string CallText(CallKey call) {
  return std::to_string(call.slot) + '.' + std::to_string(call.resource) + '.' +
         std::to_string(call.number()) + '.' +
         std::to_string(call.generation());
}

std::optional<CallKey> ParseCall(std::string_view text) {
  std::array<std::uint64_t, 4> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = text.find('.');
    if ((end == std::string_view::npos) != (i + 1 == parts.size())) {
      return std::nullopt;
    }
    const auto part = ParseUnsigned(text.substr(0, end));
    if (!part) return std::nullopt;
    parts[i] = *part;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  const auto [slot, resource, number, generation] = parts;
  if (slot >> kSlotBits != 0 || resource >= kMostResources ||
      number >= kMaxCallsPerSlot || generation > kMostRedials) {
    return std::nullopt;
  }
  CallKey call{slot, static_cast<std::uint32_t>(number),
               static_cast<std::uint32_t>(resource)};
  while (call.generation() < generation) call = call.Next();
  return call;
}

}  // namespace busyhour::internal
