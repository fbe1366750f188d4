#include "cli/offers.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "busyhour/error.h"
#include "catalog/faults.h"
#include "filter/call_properties.h"
#include "load/pattern.h"
#include "profile/load.h"
#include "verify/verdict.h"

namespace busyhour::internal {
namespace {

std::vector<Candidate> ProfileNames(const TypedWords&) {
  std::vector<Candidate> names;
  for (const BuiltinProfile& profile : BuiltinProfiles()) {
    names.push_back({std::string(profile.name)});
  }
  return names;
}

// `traffic.rate=`, for keys that are not in lists.
std::vector<Candidate> ChangedKeys(const TypedWords&) {
  std::vector<Candidate> keys;
  for (const KeyInfo& info : ProfileKeys()) {
    if (info.pointer.find('*') != std::string::npos) continue;
    std::string key = info.pointer.substr(1) + '=';
    std::replace(key.begin(), key.end(), '/', '.');
    keys.push_back({std::move(key), info.meaning});
  }
  return keys;
}

// The possible words for a property of the calls of the typed profile. None
// while that profile cannot be read.
std::vector<Candidate> WordsOfProperty(const CallProperty& property,
                                       const TypedWords& typed) {
  try {
    return CandidatesOf(property.words(
        LoadProfile(typed.Last("profile", "quickstart"), {typed.All("set")})));
  } catch (const InputError&) {
    return {};
  }
}

std::vector<Candidate> IncidentNames(const TypedWords& typed) {
  std::vector<Candidate> names =
      WordsOfProperty(*FindProperty("incident"), typed);
  std::erase_if(names,
                [](const Candidate& each) { return each.word == kNoneWord; });
  names.push_back({"all"});
  return names;
}

std::vector<Candidate> FaultKinds(const TypedWords&) {
  std::vector<Candidate> kinds;
  for (const FaultInfo& info : FaultInfos()) {
    kinds.push_back({std::string(info.name) + '=', std::string(info.meaning)});
  }
  return kinds;
}

// The names in an expression, and `flow = support`.
std::vector<Candidate> ConditionWords(const TypedWords& typed) {
  const std::size_t equals = typed.value.find('=');
  if (equals != std::string_view::npos) {
    const std::string_view left = typed.value.substr(0, equals);
    const CallProperty* const property =
        FindProperty(left.substr(0, left.find_last_not_of(" !") + 1));
    if (property == nullptr) return {};
    const std::size_t value = std::min(
        typed.value.find_first_not_of(' ', equals + 1), typed.value.size());
    std::vector<Candidate> words = WordsOfProperty(*property, typed);
    for (Candidate& each : words) {
      each.word.insert(0, typed.value.substr(0, value));
    }
    return words;
  }
  return CandidatesOf(FilterNames());
}

// `initial_silence=`, to be followed by a number. A property or a quantity
// needs a comparison before.
std::vector<Candidate> PickedConditions(const TypedWords& typed) {
  std::vector<Candidate> words = ConditionWords(typed);
  for (Candidate& each : words) {
    if (FindProperty(each.word) == nullptr &&
        FindQuantity(each.word) == nullptr) {
      each.word += '=';
    }
  }
  return words;
}

std::vector<Candidate> Patterns(const TypedWords&) {
  return CandidatesOf(PatternForms());
}

// `lost=0,duplicated=` for the last of several counts.
std::vector<Candidate> LimitedCounts(const TypedWords& typed) {
  const std::string before(
      typed.value.substr(0, typed.value.find_last_of(',') + 1));
  std::vector<Candidate> counts;
  for (const std::string_view name : LimitableCounts()) {
    counts.push_back({before + std::string(name) + '='});
  }
  return counts;
}

struct OffersOfOption {
  std::string_view option;
  std::vector<Candidate> (*offers)(const TypedWords& typed);
};
constexpr OffersOfOption kOffers[] = {
    {"profile", ProfileNames},  {"set", ChangedKeys},
    {"without", IncidentNames}, {"fault", FaultKinds},
    {"where", ConditionWords},  {"pick", PickedConditions},
    {"pattern", Patterns},      {"allow", LimitedCounts},
};

}  // namespace

Offers OffersFor(std::string_view option) {
  for (const OffersOfOption& each : kOffers) {
    if (each.option == option) return each.offers;
  }
  return nullptr;
}

}  // namespace busyhour::internal
