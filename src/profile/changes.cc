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
    if (step.empty()) return "a name is missing in the key";
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

constexpr std::string_view kAllIncidents = "all";

}  // namespace

std::string ChangedProfile(std::string_view text,
                           std::span<const std::string> changes) {
  Json profile = Json::parse(text, nullptr, true, true);
  std::vector<Problem> problems;
  for (const std::string& change : changes) {
    const std::size_t sign = change.find('=');
    std::string why =
        sign == std::string::npos
            ? "must be KEY=VALUE, such as traffic.rate=5/s"
        : HasSlashes(std::string_view(change).substr(0, sign))
            ? "the parts of a key are separated by dots; did you mean " +
                  Quoted(WithDots(change, sign)) + "?"
            : Set(profile, StepsOf(std::string_view(change).substr(0, sign)),
                  ValueOf(std::string_view(change).substr(sign + 1)));
    if (!why.empty()) {
      problems.push_back(
          {"--set", 0, 0, "", Quoted(change) + ": " + std::move(why)});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return profile.dump(2) + '\n';
}

std::vector<std::string> ChangesWithout(const Profile& profile,
                                        std::span<const std::string> names) {
  std::vector<std::string_view> known = {kAllIncidents};
  for (const Incident& incident : profile.incidents) {
    known.push_back(incident.name);
  }
  std::vector<std::string> changes;
  std::vector<Problem> problems;
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      problems.push_back(
          {"--without", 0, 0, "",
           profile.incidents.empty()
               ? Quoted(name) + ": the profile has no incidents"
               : UnknownName(name, "an incident of the profile", known)});
    }
    for (std::size_t i = 0; i < profile.incidents.size(); ++i) {
      if (name != kAllIncidents && name != profile.incidents[i].name) continue;
      changes.push_back("incidents." + std::to_string(i) + ".enabled=false");
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return changes;
}

}  // namespace busyhour::internal
