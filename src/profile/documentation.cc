#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profile/load.h"
#include "profile/profile_keys.h"
#include "text/json_text.h"

// The documentation of the keys: the list, and the JSON Schema.

namespace busyhour::internal {
namespace {

class KeyLister : public KeyVisitor {
 public:
  KeyLister(std::string pointer, std::vector<KeyInfo>& keys)
      : pointer_(std::move(pointer)), keys_(keys) {}

  void Visit(const Key& key) override {
    const std::string pointer = pointer_ + '/' + std::string(key.name);
    ValueInfo info = key.value.info();
    keys_.push_back({pointer, std::move(info.type), std::move(info.range),
                     key.required ? "required" : DefaultOf(key.value),
                     std::string(key.meaning), std::string(key.source),
                     key.scope.has_it});
    if (!key.value.members) return;
    KeyLister inner(pointer + std::string(key.value.members_at), keys_);
    key.value.members(inner);
  }

 private:
  std::string pointer_;
  std::vector<KeyInfo>& keys_;
};

// Definitions that several keys share, except distributions.
constexpr std::string_view kDefinitions = R"json({
  "duration": {
    "type": "string",
    "pattern": "^(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?(ms|s|m|min|h|d))+)$"
  },
  "signed_duration": {
    "type": "string",
    "pattern": "^-?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?(ms|s|m|min|h|d))+)$"
  },
  "rate": {
    "type": "string",
    "pattern": "^([0-9]+(_[0-9]+)*(\\.([0-9]+(_[0-9]+)*)?)?|\\.[0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?[kKMG]?/(s|sec|m|min|h|hour|d|day)$"
  },
  "weights": {
    "type": "object",
    "additionalProperties": {"type": "number", "minimum": 0}
  },
  "target": {
    "anyOf": [{"type": "string"}, {"$ref": "#/$defs/weights"}]
  },
  "target_or_retry": {
    "anyOf": [
      {"type": "string"},
      {
        "type": "object",
        "properties": {
          "retry": {"type": "integer", "minimum": 1, "maximum": 50},
          "then": {"$ref": "#/$defs/target"}
        },
        "required": ["retry", "then"],
        "additionalProperties": false
      },
      {"$ref": "#/$defs/weights"}
    ]
  }
})json";

// A distribution of durations; `%` is replaced by their definition.
constexpr std::string_view kDistribution = R"json({
  "anyOf": [
    {"$ref": "#/$defs/%"},
    {
      "type": "object",
      "properties": {
        "constant": {"$ref": "#/$defs/%"},
        "uniform": {
          "type": "array",
          "items": {"$ref": "#/$defs/%"},
          "minItems": 2,
          "maxItems": 2
        },
        "normal": {
          "type": "object",
          "properties": {
            "mean": {"$ref": "#/$defs/%"},
            "sd": {"$ref": "#/$defs/%"}
          },
          "required": ["mean", "sd"],
          "additionalProperties": false
        },
        "lognormal": {
          "type": "object",
          "properties": {
            "median": {"$ref": "#/$defs/%"},
            "mu_s": {"type": "number", "minimum": -7, "maximum": 15},
            "sigma": {"type": "number", "minimum": 0, "maximum": 5}
          },
          "required": ["sigma"],
          "additionalProperties": false
        },
        "exponential": {
          "type": "object",
          "properties": {"mean": {"$ref": "#/$defs/%"}},
          "required": ["mean"],
          "additionalProperties": false
        },
        "gamma": {
          "type": "object",
          "properties": {
            "mean": {"$ref": "#/$defs/%"},
            "cv": {"type": "number", "minimum": 0.01, "maximum": 5}
          },
          "required": ["mean", "cv"],
          "additionalProperties": false
        },
        "quantiles": {
          "type": "array",
          "items": {
            "type": "array",
            "prefixItems": [
              {"type": "number", "minimum": 0, "maximum": 1},
              {"$ref": "#/$defs/%"}
            ],
            "minItems": 2,
            "maxItems": 2
          },
          "minItems": 2,
          "maxItems": 1000
        },
        "tail": {
          "type": "object",
          "properties": {
            "share": {"type": "number", "minimum": 1e-6, "maximum": 0.5},
            "exponent": {"type": "number", "minimum": 0.2, "maximum": 20}
          },
          "required": ["share", "exponent"],
          "additionalProperties": false
        },
        "min": {"$ref": "#/$defs/%"},
        "max": {"$ref": "#/$defs/%"}
      },
      "additionalProperties": false
    }
  ]
})json";

std::string Distribution(std::string_view durations) {
  std::string text(kDistribution);
  for (std::size_t at = text.find('%'); at != std::string::npos;
       at = text.find('%', at)) {
    text.replace(at, 1, durations);
  }
  return text;
}

// All definitions, including those of distributions.
std::string Definitions() {
  const std::string text(kDefinitions.substr(0, kDefinitions.rfind('}')));
  return text + R"(,"distribution":)" + Distribution("duration") +
         R"(,"signed_distribution":)" + Distribution("signed_duration") + '}';
}

}  // namespace

std::vector<KeyInfo> ProfileKeys() {
  Profile profile;
  std::vector<KeyInfo> keys;
  KeyLister lister("", keys);
  VisitProfile(profile, lister);
  return keys;
}

std::vector<std::string> PlacesOfKey(std::string_view name) {
  std::vector<std::string> places;
  for (const KeyInfo& info : ProfileKeys()) {
    const std::size_t slash = info.pointer.rfind('/');
    if (std::string_view(info.pointer).substr(slash + 1) == name) {
      places.push_back(info.pointer.substr(0, slash));
    }
  }
  return places;
}

std::string ProfileSchema() {
  Profile profile;
  std::string schema =
      R"({"$schema":"https://json-schema.org/draft/2020-12/schema",)"
      R"("title":"busyhour profile",)" +
      ObjectSchema([&](KeyVisitor& keys) { VisitProfile(profile, keys); }) +
      R"(,"$defs":)" + Definitions() + '}';
  // A profile that extends another one can have its flows from there.
  constexpr std::string_view kRequired =
      R"("required":["description","flows"])";
  constexpr std::string_view kRequiredHere =
      R"("required":["description"],)"
      R"("anyOf":[{"required":["flows"]},{"required":["extends"]}])";
  schema.replace(schema.find(kRequired), kRequired.size(), kRequiredHere);
  return IndentJson(schema) + '\n';
}

}  // namespace busyhour::internal
