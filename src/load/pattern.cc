#include "load/pattern.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/nearest.h"
#include "base/time.h"
#include "base/units.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

constexpr double kMostFactor = 1e6;
constexpr int kKnotsASine = 256;
constexpr double kTau = 6.283185307179586;
constexpr std::size_t kMostKnots = 1'000'000;
constexpr std::uintmax_t kMostFileBytes = 64 << 20;
constexpr std::size_t kMostShown = 40;  // characters shown of an invalid line

std::optional<double> ParseFactor(const std::string& text) {
  if (text.empty()) return std::nullopt;
  char* end = nullptr;
  const double factor = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() ||
      !(factor >= 0 && factor <= kMostFactor)) {
    return std::nullopt;
  }
  return factor;
}

std::optional<double> ParseSeconds(const std::string& text) {
  const auto ms = ParseDuration(text);
  if (!ms) return std::nullopt;
  return static_cast<double>(*ms) / static_cast<double>(kMsPerSecond);
}

// The parts of `text` around the first `mark`.
std::optional<std::pair<std::string, std::string>> Cut(const std::string& text,
                                                       std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return std::nullopt;
  return std::pair(text.substr(0, at), text.substr(at + mark.size()));
}

std::optional<Pattern> ReadRamp(const std::string& rest, double run_seconds) {
  const auto ends = Cut(rest, "..");
  if (!ends) return std::nullopt;
  const auto from = ParseFactor(ends->first);
  const auto to = ParseFactor(ends->second);
  if (!from || !to || (*from == 0 && *to == 0)) return std::nullopt;
  return Pattern{{{0.0, *from}, {run_seconds, *to}}, false};
}

std::optional<Pattern> ReadSteps(const std::string& rest, double run_seconds) {
  std::vector<double> factors;
  std::stringstream parts(rest);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto factor = ParseFactor(part);
    if (!factor) return std::nullopt;
    factors.push_back(*factor);
  }
  if (factors.empty() || factors.size() > kMostKnots / 2 ||
      *std::max_element(factors.begin(), factors.end()) == 0) {
    return std::nullopt;
  }
  Pattern pattern{{}, false};
  const double each = run_seconds / static_cast<double>(factors.size());
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const auto begin = static_cast<double>(i) * each;
    pattern.knots.push_back({begin, factors[i]});
    pattern.knots.push_back({begin + each, factors[i]});
  }
  return pattern;
}

std::optional<Pattern> ReadSine(const std::string& rest, double) {
  const auto parts = Cut(rest, "/");
  if (!parts) return std::nullopt;
  const auto height = ParseFactor(parts->first);
  const auto period = ParseSeconds(parts->second);
  if (!height || *height > 1 || !period || *period <= 0) return std::nullopt;
  Pattern pattern{{}, true};
  for (int i = 0; i <= kKnotsASine; ++i) {
    const double share = static_cast<double>(i) / kKnotsASine;
    pattern.knots.push_back(
        {*period * share, 1.0 + *height * std::sin(kTau * share)});
  }
  return pattern;
}

std::optional<Pattern> ReadSpike(const std::string& rest, double) {
  const auto parts = Cut(rest, "@");
  const auto times = parts ? Cut(parts->second, "+") : std::nullopt;
  if (!times) return std::nullopt;
  const auto factor = ParseFactor(parts->first);
  const auto begin = ParseSeconds(times->first);
  const auto length = ParseSeconds(times->second);
  if (!factor || !begin || !length || *length <= 0) return std::nullopt;
  return Pattern{{{0.0, 1.0},
                  {*begin, 1.0},
                  {*begin, *factor},
                  {*begin + *length, *factor},
                  {*begin + *length, 1.0}},
                 false};
}

// The start of a line, made safe for a terminal.
std::string Shown(const std::string& line) {
  std::string text = line.substr(0, kMostShown);
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text + (line.size() > kMostShown ? "..." : "");
}

Pattern ReadFile(const std::string& path, std::vector<Problem>& problems) {
  Pattern pattern{{}, false};
  std::ifstream file(path);
  if (!file) {
    problems.push_back({"--pattern", 0, 0, "",
                        "cannot read " + path + ": " + std::strerror(errno)});
    return {};
  }
  int line = 0;
  const std::size_t before = problems.size();
  for (std::string text; std::getline(file, text);) {
    ++line;
    const auto refuse = [&](std::string message) {
      problems.push_back({path, line, 1, "", std::move(message)});
    };
    text.resize(std::min(text.find('#'), text.size()));
    std::replace(text.begin(), text.end(), ',', ' ');
    std::stringstream words(text);
    std::string when;
    std::string factor_text;
    std::string more;
    if (!(words >> when)) continue;
    words >> factor_text;
    const auto seconds = ParseSeconds(when);
    const auto factor = ParseFactor(factor_text);
    if (!seconds || !factor || words >> more) {
      refuse("\"" + Shown(text) +
             "\" is not a time and a factor from 0 to 1e6, such as: 90s 2.5");
    } else if (!pattern.knots.empty() &&
               *seconds < pattern.knots.back().seconds) {
      refuse("\"" + when + "\" is before the time of the line above");
    } else if (pattern.knots.size() == kMostKnots) {
      refuse("there are more than a million lines");
      break;
    } else {
      if (pattern.knots.empty() && *seconds > 0) {
        pattern.knots.push_back({0.0, *factor});
      }
      pattern.knots.push_back({*seconds, *factor});
    }
    if (problems.size() > before + 10) break;
  }
  if (problems.size() > before) return {};
  const bool any =
      std::any_of(pattern.knots.begin(), pattern.knots.end(),
                  [](const auto& knot) { return knot.factor > 0; });
  if (!any) {
    problems.push_back({path, 0, 0, "",
                        "contains no factor above 0; each line is a time and a "
                        "factor, such as: 90s 2.5"});
    return {};
  }
  return pattern;
}

struct Kind {
  std::string_view name;
  std::string_view example;
  bool needs_end;
  std::string_view most;  ///< the maximum factor
  std::optional<Pattern> (*read)(const std::string& rest, double run_seconds);
};
constexpr std::string_view kConstant = "constant";
constexpr Kind kPatternKinds[] = {
    {"ramp", "ramp:0.1..2", true, "1e6", ReadRamp},
    {"steps", "steps:1,2,4", true, "1e6", ReadSteps},
    {"sine", "sine:0.5/10m", false, "1", ReadSine},
    {"spike", "spike:10@5m+30s", false, "1e6", ReadSpike},
};

}  // namespace

std::vector<std::string_view> PatternForms() {
  std::vector<std::string_view> forms = {kConstant};
  for (const Kind& kind : kPatternKinds) forms.push_back(kind.example);
  return forms;
}

Pattern ReadPattern(const std::string& words, double run_seconds,
                    std::vector<Problem>& problems) {
  const auto refuse = [&](std::string message) {
    problems.push_back(
        {"--pattern", 0, 0, "", "\"" + words + "\" " + std::move(message)});
  };
  if (words == kConstant) return {};
  const std::size_t colon = words.find(':');
  const std::string name = words.substr(0, colon);
  for (const Kind& kind : kPatternKinds) {
    if (name != kind.name) continue;
    if (kind.needs_end && run_seconds <= 0) {
      refuse("requires the length of the run: --for 10m");
      return {};
    }
    const std::string rest =
        colon == std::string::npos ? "" : words.substr(colon + 1);
    if (auto pattern = kind.read(rest, run_seconds)) return *pattern;
    refuse("does not match " + std::string(kind.example) +
           "; a factor is from 0 to " + std::string(kind.most));
    return {};
  }
  std::error_code error;
  if (std::filesystem::is_directory(words, error)) {
    refuse("is a directory");
    return {};
  }
  const bool is_file = std::filesystem::is_regular_file(words, error);
  if (is_file && std::filesystem::file_size(words, error) > kMostFileBytes) {
    refuse("is too large for a file of times and factors");
    return {};
  }
  // A pipe such as <(...) of a shell is also accepted.
  if (is_file || std::filesystem::is_fifo(words, error)) {
    return ReadFile(words, problems);
  }
  std::vector<std::string_view> names = {kConstant};
  for (const Kind& kind : kPatternKinds) names.push_back(kind.name);
  std::string hint = DidYouMean(name, names);
  if (hint.empty()) hint = "; it may be " + EitherOf(names);
  refuse("is neither a pattern nor a file" + hint);
  return {};
}

}  // namespace busyhour::internal
