#include "profile/changes.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "busyhour/error.h"
#include "profile/keys.h"
#include "profile/load.h"
#include "profile/profile_keys.h"
#include "text/json.h"
#include "text/json_text.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::ordered_json;

// The names and positions in a key, without escapes.
std::vector<std::string> StepsOf(std::string_view key) {
  const bool is_pointer = key.starts_with('/');
  if (is_pointer) key.remove_prefix(1);
  std::vector<std::string> steps(1);
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] == (is_pointer ? '/' : '.')) {
      steps.emplace_back();
    } else if (is_pointer && key[i] == '~' && i + 1 < key.size()) {
      steps.back() += key[++i] == '1' ? '/' : '~';
    } else {
      steps.back() += key[i];
    }
  }
  return steps;
}

std::optional<std::size_t> PositionIn(const std::string& step) {
  std::size_t position = 0;
  const char* const end = step.data() + step.size();
  const auto read = std::from_chars(step.data(), end, position);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return position;
}

// Why `step` on the way to a value is probably a mistake: there is a flow or a
// step with nearly this name, and none with it. Empty if it is not.
std::string WhyMistaken(const Json& at, const std::string& way,
                        const std::string& step) {
  if ((way != "flows" && !way.ends_with(".steps")) || at.contains(step)) {
    return {};
  }
  std::vector<std::string_view> names;
  for (auto it = at.begin(); it != at.end(); ++it) names.push_back(it.key());
  const std::string hint = DidYouMean(step, names);
  return hint.empty() ? "" : Quoted(way) + " has no " + Quoted(step) + hint;
}

// Sets the value at `steps`. Returns why that is impossible; empty if it is
// done.
std::string Set(Json& profile, const std::vector<std::string>& steps,
                Json value) {
  Json* at = &profile;
  std::string way;
  for (const std::string& step : steps) {
    // The first position makes a new list, unless it is the name of a flow or
    // step.
    if (at->is_null()) {
      *at = PositionIn(step) == 0 && way != "flows" && !way.ends_with(".steps")
                ? Json::array()
                : Json::object();
    }
    if (at->is_array()) {
      const std::optional<std::size_t> position = PositionIn(step);
      if (!position || *position > at->size()) {
        return Quoted(step) + " is not a position in " + Quoted(way) +
               ", which has " + std::to_string(at->size());
      }
      if (*position == at->size()) at->push_back(nullptr);
      at = &(*at)[*position];
    } else if (at->is_object()) {
      if (&step != &steps.back()) {
        if (std::string why = WhyMistaken(*at, way, step); !why.empty()) {
          return why;
        }
      }
      at = &(*at)[step];
    } else {
      return Quoted(way) + " is a value and has no " + Quoted(step);
    }
    way += (way.empty() ? "" : ".") + step;
  }
  *at = std::move(value);
  return {};
}

Json ValueOf(std::string_view text) {
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

// Whether a key is like `traffic/rate`: no name at the top has a slash, and a
// JSON Pointer begins with one.
bool HasSlashes(std::string_view key) {
  return !key.starts_with('/') &&
         key.substr(0, key.find('.')).find('/') != key.npos;
}
std::string WithDots(std::string change, std::size_t key_size) {
  std::replace(change.begin(),
               change.begin() + static_cast<std::ptrdiff_t>(key_size), '/',
               '.');
  return change;
}

struct Change {
  std::vector<std::string> steps;
  Json value;
};

// Returns why `text` is not a change; empty if it is one.
std::string Read(const std::string& text, Change& change) {
  if (AsUtf8(text) != text) return "this text is not UTF-8";
  const std::size_t sign = text.find('=');
  if (sign == std::string::npos) {
    return "must be KEY=VALUE, such as traffic.rate=5/s";
  }
  const std::string_view key = std::string_view(text).substr(0, sign);
  if (HasSlashes(key)) {
    return "the parts of a key are separated by dots; did you mean " +
           Quoted(WithDots(text, sign)) + "?";
  }
  change = {StepsOf(key), ValueOf(std::string_view(text).substr(sign + 1))};
  for (const std::string& step : change.steps) {
    if (step.empty()) return "a name is missing in the key";
  }
  return {};
}

Problem ProblemOf(const std::string& change, std::string why) {
  return {kChangeOption, 0, 0, "", Quoted(change) + ": " + std::move(why)};
}

// Follows the key of a change through the descriptions of keys, to the first
// one that is unknown, or to that of its value, which is checked. Stops at
// objects whose keys are not described, such as distributions.
class KeyFollower : public KeyVisitor {
 public:
  // `object` has one member; the value is `depth` objects deep in it.
  KeyFollower(const JsonNode& object, std::size_t depth, ProblemList& problems)
      : member_(object.children[0]), depth_(depth), problems_(problems) {}

  void Visit(const Key& key) override {
    names_.push_back(key.name);
    if (key.name != member_.key) return;
    is_known_ = true;
    if (depth_ == 1) {
      key.value.read(member_, problems_);
      return;
    }
    if (!key.value.members) return;
    const bool is_in_item = !key.value.members_at.empty();
    if (is_in_item && depth_ == 2) return;
    Follow(is_in_item ? member_.children[0] : member_,
           depth_ - (is_in_item ? 2 : 1), key.value.members, problems_);
  }

  static void Follow(const JsonNode& object, std::size_t depth,
                     const Members& members, ProblemList& problems) {
    KeyFollower follower(object, depth, problems);
    members(follower);
    if (follower.is_known_) return;
    problems.AddAtKey(follower.member_,
                      UnknownKey(follower.member_.key, follower.names_));
  }

 private:
  const JsonNode& member_;
  std::size_t depth_;
  ProblemList& problems_;
  std::vector<std::string_view> names_;
  bool is_known_ = false;
};

// The problems that a change has with any profile.
std::vector<Problem> ProblemsOf(const Change& change) {
  std::string text =
      change.value.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (auto step = change.steps.rbegin(); step != change.steps.rend(); ++step) {
    text = JsonObject({{*step, std::move(text)}});
  }
  ProblemList problems(text);
  const std::optional<JsonNode> root =
      ParseJson(text, kMaxProfileDepth, problems);
  if (root) {
    Profile any;
    KeyFollower::Follow(
        *root, change.steps.size(),
        [&any](KeyVisitor& keys) { VisitProfile(any, keys); }, problems);
  }
  std::vector<Problem> told =
      problems.Told(kChangeOption, root ? &*root : nullptr);
  for (Problem& problem : told) problem.line = problem.column = 0;
  return told;
}

constexpr std::string_view kAllIncidents = "all";

// The names of a profile's incidents; none if one of them has no name.
std::optional<std::vector<std::string>> IncidentNames(std::string_view text) {
  const Json profile = Json::parse(text, nullptr, true, true);
  std::vector<std::string> names;
  const auto incidents = profile.find("incidents");
  if (incidents == profile.end()) return names;
  if (!incidents->is_array()) return std::nullopt;
  for (const Json& incident : *incidents) {
    if (!incident.is_object()) return std::nullopt;
    const auto name = incident.find("name");
    if (name == incident.end() || !name->is_string()) return std::nullopt;
    names.push_back(name->get<std::string>());
  }
  return names;
}

}  // namespace

std::string ChangedProfile(std::string_view text,
                           std::span<const std::string> changes) {
  Json profile = Json::parse(text, nullptr, true, true);
  std::vector<Problem> problems;
  for (const std::string& text_of_change : changes) {
    Change change;
    std::string why = Read(text_of_change, change);
    if (why.empty()) why = Set(profile, change.steps, std::move(change.value));
    if (!why.empty()) {
      problems.push_back(ProblemOf(text_of_change, std::move(why)));
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return profile.dump(2) + '\n';
}

std::vector<Problem> ProblemsWithAnyProfile(
    std::span<const std::string> changes) {
  std::vector<Problem> problems;
  for (const std::string& text : changes) {
    Change change;
    if (std::string why = Read(text, change); !why.empty()) {
      problems.push_back(ProblemOf(text, std::move(why)));
      continue;
    }
    std::vector<Problem> of_change = ProblemsOf(change);
    problems.insert(problems.end(), of_change.begin(), of_change.end());
  }
  return problems;
}

std::vector<std::string> ChangesWithout(std::string_view text,
                                        std::span<const std::string> names) {
  const std::optional<std::vector<std::string>> incidents = IncidentNames(text);
  if (!incidents) return {};
  std::vector<std::string_view> known = {kAllIncidents};
  known.insert(known.end(), incidents->begin(), incidents->end());
  std::vector<std::string> changes;
  std::vector<Problem> problems;
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      problems.push_back(
          {kWithoutOption, 0, 0, "",
           incidents->empty()
               ? Quoted(name) + ": the profile has no incidents"
               : UnknownName(name, "an incident of the profile", known)});
    }
    for (std::size_t i = 0; i < incidents->size(); ++i) {
      if (name != kAllIncidents && name != (*incidents)[i]) continue;
      changes.push_back("incidents." + std::to_string(i) + ".enabled=false");
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return changes;
}

}  // namespace busyhour::internal
