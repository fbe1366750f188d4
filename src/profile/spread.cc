#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"
#include "profile/values.h"

// Distributions of durations, in the forms that a profile allows.

namespace busyhour::internal {
namespace {

using Kind = JsonNode::Kind;

// Beyond these limits, the quantiles exceed the range of numbers.
constexpr double kMostSigma = 5.0;
constexpr double kLeastCv = 0.01;
constexpr double kMostCv = 5.0;
constexpr double kLeastExponent = 0.2;
constexpr double kMostExponent = 20.0;
constexpr std::size_t kMostPoints = 1000;

constexpr std::string_view kWhat =
    "a distribution: a duration such as \"5s\", or an object with one of "
    "constant, uniform, normal, lognormal, exponential, gamma or quantiles";

struct Bounds {
  std::int64_t least_ms;
  std::int64_t most_ms;
};

double Ms(std::int64_t ms) { return static_cast<double>(ms); }

// The range of a distribution without its `min` and `max`.
std::pair<double, double> LimitsOf(const DistributionSpec& spec) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (spec.tail_share > 0.0) return {-kInfinity, kInfinity};
  switch (spec.kind) {
    case DistributionSpec::Kind::kConstant:
      return {spec.a, spec.a};
    case DistributionSpec::Kind::kUniform:
      return {spec.a, spec.b};
    case DistributionSpec::Kind::kQuantiles:
      return {spec.points.front().value, spec.points.back().value};
    default:
      return {-kInfinity, kInfinity};
  }
}

// A key that selects the form of a distribution.
struct SpreadForm {
  std::string_view key;
  bool (*read)(const JsonNode&, ProblemList&, const Bounds&, DistributionSpec&);
};

// Reads a duration inside a distribution; false if it is invalid.
bool ReadMs(const JsonNode& node, ProblemList& problems, const Bounds& bounds,
            double& ms) {
  const std::size_t before = problems.size();
  std::int64_t read = 0;
  Duration(read, bounds.least_ms, bounds.most_ms).read(node, problems);
  ms = Ms(read);
  return problems.size() == before && node.kind == Kind::kString;
}

bool ReadConstant(const JsonNode& node, ProblemList& problems,
                  const Bounds& bounds, DistributionSpec& spec) {
  spec.kind = DistributionSpec::Kind::kConstant;
  return ReadMs(node, problems, bounds, spec.a);
}

bool ReadUniform(const JsonNode& node, ProblemList& problems,
                 const Bounds& bounds, DistributionSpec& spec) {
  if (node.kind != Kind::kArray || node.children.size() != 2) {
    problems.Add(node,
                 NotA(node, R"(a pair of durations such as ["4s", "9s"])"));
    return false;
  }
  spec.kind = DistributionSpec::Kind::kUniform;
  const bool from = ReadMs(node.children[0], problems, bounds, spec.a);
  const bool to = ReadMs(node.children[1], problems, bounds, spec.b);
  if (!from || !to) return false;
  if (spec.a > spec.b) {
    problems.Add(node, "the first duration is longer than the second");
    return false;
  }
  return true;
}

// Reads an object of a few keys; false if there are errors in it.
bool ReadParameters(const JsonNode& node, ProblemList& problems,
                    const Members& members) {
  const std::size_t before = problems.size();
  ReadObject(node, problems, members);
  return problems.size() == before && node.kind == Kind::kObject;
}

bool ReadNormal(const JsonNode& node, ProblemList& problems,
                const Bounds& bounds, DistributionSpec& spec) {
  std::int64_t mean = 0;
  std::int64_t deviation = 0;
  const bool good = ReadParameters(node, problems, [&](KeyVisitor& keys) {
    keys.Required("mean", Duration(mean, bounds.least_ms, bounds.most_ms), "");
    keys.Required("sd", Duration(deviation, 0, bounds.most_ms), "");
  });
  spec.kind = DistributionSpec::Kind::kNormal;
  spec.a = Ms(mean);
  spec.b = Ms(deviation);
  return good;
}

bool ReadLognormal(const JsonNode& node, ProblemList& problems,
                   const Bounds& bounds, DistributionSpec& spec) {
  spec.kind = DistributionSpec::Kind::kLognormal;
  std::int64_t median = 0;
  double mu_s = 0;
  const bool by_mu = node.Find("mu_s") != nullptr;
  const bool good = ReadParameters(node, problems, [&](KeyVisitor& keys) {
    if (by_mu) {
      keys.Required("mu_s", Number(mu_s, -7, 15), "");
    } else {
      keys.Required("median",
                    Duration(median, std::max<std::int64_t>(bounds.least_ms, 1),
                             bounds.most_ms),
                    "");
    }
    keys.Required("sigma", Number(spec.b, 0, kMostSigma), "");
  });
  if (by_mu && good) {
    // Round to whole milliseconds, so that the last bit of exp() does not
    // matter.
    spec.a = std::round(std::exp(mu_s) * 1000.0);
    if (spec.a < Ms(std::max<std::int64_t>(bounds.least_ms, 1)) ||
        spec.a > Ms(bounds.most_ms)) {
      problems.Add(
          node,
          "its median, " + FormatDurationExact(std::llround(spec.a)) +
              ", is out of range: " + FormatDurationExact(bounds.least_ms) +
              " to " + FormatDurationExact(bounds.most_ms));
      return false;
    }
  } else {
    spec.a = Ms(median);
  }
  return good;
}

bool ReadExponential(const JsonNode& node, ProblemList& problems,
                     const Bounds& bounds, DistributionSpec& spec) {
  std::int64_t mean = 0;
  const bool good = ReadParameters(node, problems, [&](KeyVisitor& keys) {
    keys.Required("mean",
                  Duration(mean, std::max<std::int64_t>(bounds.least_ms, 1),
                           bounds.most_ms),
                  "");
  });
  spec.kind = DistributionSpec::Kind::kExponential;
  spec.a = Ms(mean);
  return good;
}

bool ReadGamma(const JsonNode& node, ProblemList& problems,
               const Bounds& bounds, DistributionSpec& spec) {
  std::int64_t mean = 0;
  const bool good = ReadParameters(node, problems, [&](KeyVisitor& keys) {
    keys.Required("mean",
                  Duration(mean, std::max<std::int64_t>(bounds.least_ms, 1),
                           bounds.most_ms),
                  "");
    keys.Required("cv", Number(spec.b, kLeastCv, kMostCv), "");
  });
  spec.kind = DistributionSpec::Kind::kGamma;
  spec.a = Ms(mean);
  return good;
}

bool ReadQuantiles(const JsonNode& node, ProblemList& problems,
                   const Bounds& bounds, DistributionSpec& spec) {
  spec.kind = DistributionSpec::Kind::kQuantiles;
  if (node.kind != Kind::kArray || node.children.size() < 2 ||
      node.children.size() > kMostPoints) {
    problems.Add(node, NotA(node,
                            "a list of 2 to 1000 points such as "
                            R"([[0, "1s"], [0.5, "3s"], [1, "9s"]])"));
    return false;
  }
  const std::size_t before = problems.size();
  for (const JsonNode& child : node.children) {
    if (child.kind != Kind::kArray || child.children.size() != 2) {
      problems.Add(child, NotA(child, R"(a point such as [0.5, "3s"])"));
      return false;
    }
    DistributionSpec::Point point;
    Number(point.probability, 0, 1).read(child.children[0], problems);
    ReadMs(child.children[1], problems, bounds, point.value);
    if (problems.size() > before) return false;
    if (!spec.points.empty() &&
        (point.probability <= spec.points.back().probability ||
         point.value < spec.points.back().value)) {
      problems.Add(child,
                   "probabilities must rise from point to point, and "
                   "durations must not fall");
      return false;
    }
    spec.points.push_back(point);
  }
  if (spec.points.front().probability != 0 ||
      spec.points.back().probability != 1) {
    problems.Add(node, "the first point must have probability 0, the last 1");
    return false;
  }
  return true;
}

bool ReadTail(const JsonNode& node, ProblemList& problems,
              DistributionSpec& spec) {
  return ReadParameters(node, problems, [&](KeyVisitor& keys) {
    keys.Required("share", Number(spec.tail_share, 1e-6, 0.5), "");
    keys.Required("exponent",
                  Number(spec.tail_exponent, kLeastExponent, kMostExponent),
                  "");
  });
}

constexpr SpreadForm kForms[] = {
    {"constant", ReadConstant},       {"uniform", ReadUniform},
    {"normal", ReadNormal},           {"lognormal", ReadLognormal},
    {"exponential", ReadExponential}, {"gamma", ReadGamma},
    {"quantiles", ReadQuantiles},
};

bool ReadForms(const JsonNode& node, ProblemList& problems,
               const Bounds& bounds, DistributionSpec& spec) {
  int forms = 0;
  bool good = true;
  std::int64_t min = bounds.least_ms;
  std::int64_t max = bounds.most_ms;
  good = ReadParameters(
             node, problems,
             [&](KeyVisitor& keys) {
               for (const SpreadForm& form : kForms) {
                 const Value value = {
                     [&](const JsonNode& member, ProblemList& found) {
                       ++forms;
                       good = form.read(member, found, bounds, spec) && good;
                     },
                     nullptr, nullptr};
                 keys.Optional(form.key, value, "");
               }
               const Value tail = {
                   [&](const JsonNode& member, ProblemList& found) {
                     good = ReadTail(member, found, spec) && good;
                   },
                   nullptr, nullptr};
               keys.Optional("tail", tail, "");
               keys.Optional(
                   "min", Duration(min, bounds.least_ms, bounds.most_ms), "");
               keys.Optional(
                   "max", Duration(max, bounds.least_ms, bounds.most_ms), "");
             }) &&
         good;
  if (!good) return false;
  if (forms != 1) {
    problems.Add(node, std::string(forms == 0 ? "this is not "
                                              : "two forms at once are not ") +
                           std::string(kWhat));
    return false;
  }
  if (min > max) {
    problems.Add(node, "min is more than max");
    return false;
  }
  spec.min = Ms(min);
  spec.max = Ms(max);
  return true;
}

bool ReadSpread(const JsonNode& node, ProblemList& problems,
                const Bounds& bounds, DistributionSpec& spec) {
  DistributionSpec read;
  read.min = Ms(bounds.least_ms);
  read.max = Ms(bounds.most_ms);
  bool good = false;
  if (node.kind == Kind::kString) {
    good = ReadConstant(node, problems, bounds, read);
  } else if (node.kind == Kind::kObject) {
    good = ReadForms(node, problems, bounds, read);
  } else {
    problems.Add(node, NotA(node, kWhat));
  }
  if (!good) return false;
  // Replace limits that have no effect, so that equal distributions compare
  // equal.
  const auto [lowest, highest] = LimitsOf(read);
  if (read.min <= lowest) read.min = lowest;
  if (read.max >= highest) read.max = highest;
  spec = std::move(read);
  return true;
}

std::string QuotedMs(double ms) {
  return JsonString(FormatDurationExact(std::llround(ms)));
}

ValueInfo SpreadInfo(const Bounds& bounds) {
  return {"distribution",
          FormatDurationExact(bounds.least_ms) + " to " +
              FormatDurationExact(bounds.most_ms),
          R"("$ref":"#/$defs/distribution")"};
}

// The key of the form, and its value.
std::pair<std::string, std::string> FormText(const DistributionSpec& spec) {
  switch (spec.kind) {
    case DistributionSpec::Kind::kConstant:
      return {"constant", QuotedMs(spec.a)};
    case DistributionSpec::Kind::kUniform:
      return {"uniform", JsonArray({QuotedMs(spec.a), QuotedMs(spec.b)})};
    case DistributionSpec::Kind::kNormal:
      return {"normal", JsonObject({{"mean", QuotedMs(spec.a)},
                                    {"sd", QuotedMs(spec.b)}})};
    case DistributionSpec::Kind::kLognormal:
      return {"lognormal", JsonObject({{"median", QuotedMs(spec.a)},
                                       {"sigma", JsonNumber(spec.b)}})};
    case DistributionSpec::Kind::kExponential:
      return {"exponential", JsonObject({{"mean", QuotedMs(spec.a)}})};
    case DistributionSpec::Kind::kGamma:
      return {"gamma", JsonObject({{"mean", QuotedMs(spec.a)},
                                   {"cv", JsonNumber(spec.b)}})};
    case DistributionSpec::Kind::kQuantiles:
      break;
  }
  std::vector<std::string> points;
  for (const DistributionSpec::Point& point : spec.points) {
    points.push_back(
        JsonArray({JsonNumber(point.probability), QuotedMs(point.value)}));
  }
  return {"quantiles", JsonArray(points)};
}

// The distribution as written in a profile, with `bounds` as its range.
std::string SpreadText(const DistributionSpec& spec, const Bounds& bounds) {
  const auto [lowest, highest] = LimitsOf(spec);
  JsonMembers members = {FormText(spec)};
  if (spec.tail_share > 0.0) {
    members.emplace_back(
        "tail", JsonObject({{"share", JsonNumber(spec.tail_share)},
                            {"exponent", JsonNumber(spec.tail_exponent)}}));
  }
  if (spec.min > std::max(lowest, Ms(bounds.least_ms))) {
    members.emplace_back("min", QuotedMs(spec.min));
  }
  if (spec.max < std::min(highest, Ms(bounds.most_ms))) {
    members.emplace_back("max", QuotedMs(spec.max));
  }
  const bool is_plain =
      spec.kind == DistributionSpec::Kind::kConstant && members.size() == 1;
  return is_plain ? members[0].second : JsonObject(members);
}

}  // namespace

Value Spread(DistributionSpec& spec, std::int64_t least_ms,
             std::int64_t most_ms) {
  const Bounds bounds{least_ms, most_ms};
  return {[&spec, bounds](const JsonNode& node, ProblemList& problems) {
            ReadSpread(node, problems, bounds, spec);
          },
          [&spec, bounds] { return SpreadText(spec, bounds); },
          [bounds] { return SpreadInfo(bounds); }};
}

Value Spread(std::optional<DistributionSpec>& spec, std::int64_t least_ms,
             std::int64_t most_ms, std::string default_text) {
  const Bounds bounds{least_ms, most_ms};
  return {[&spec, bounds](const JsonNode& node, ProblemList& problems) {
            DistributionSpec read;
            if (ReadSpread(node, problems, bounds, read)) spec = read;
          },
          [&spec, bounds] { return spec ? SpreadText(*spec, bounds) : ""; },
          [bounds, default_text] {
            ValueInfo info = SpreadInfo(bounds);
            info.default_ = default_text;
            return info;
          }};
}

}  // namespace busyhour::internal
