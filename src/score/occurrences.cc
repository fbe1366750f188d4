#include "score/occurrences.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/ascii.h"
#include "score/json_line.h"
#include "score/line_reader.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostOccurrences = 10'000'000;
constexpr std::string_view kRecordLine = "{\"type\":\"record\",";

// The numbers of names, in the order in which they are first asked for.
class Names {
 public:
  std::uint32_t NumberOf(const std::string& name) {
    const auto next = static_cast<std::uint32_t>(names_.size());
    const auto [known, is_new] = numbers_.emplace(name, next);
    if (is_new) names_.push_back(name);
    return known->second;
  }
  std::vector<std::string> Finish() { return std::move(names_); }

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
};

// A line about an incident: an occurrence in one resource, or in the only one.
struct Part {
  Occurrence occurrence;
  bool has_effect = false;
  std::optional<std::uint32_t> resource;

  // Parts in several resources are one occurrence if these are equal.
  auto Key() const {
    return std::tuple(occurrence.incident, occurrence.from, occurrence.to);
  }
};

// Collects the occurrences of a file.
class OccurrenceList {
 public:
  void Take(JsonLine& line) {
    const std::string type = line.Text("type");
    if (type == "record" || line.has_problems()) return;
    if (type != "incident") {
      line.Refuse("type",
                  "expected a line with \"type\": \"record\" or \"incident\", "
                  "as generate --incident-labels writes them");
      return;
    }
    const std::string name = line.Text("incident");
    if (name.empty()) line.Refuse("incident", "\"incident\" must be a name");
    Part part;
    Occurrence& read = part.occurrence;
    read.from = line.Time("from").value_or(SimTime{});
    read.to = TimeOr(line, "to", kLatestTime);
    if (read.to < read.from) line.Refuse("to", "\"to\" is before \"from\"");
    part.has_effect = !line.Has("no_effect");
    std::optional<SimTime> first_effect;
    SimTime last_effect;
    if (part.has_effect) {
      first_effect = line.Time("effect_from");
      last_effect = line.Time("effect_to").value_or(SimTime{});
      read.last_effect = line.Has("effect_to_p99")
                             ? line.Time("effect_to_p99").value_or(SimTime{})
                             : last_effect;
    }
    const std::string resource = line.Text("resource");
    if (line.has_problems()) return;
    Note(read.from);
    if (read.to < kLatestTime) Note(read.to);
    if (part.has_effect) {
      Note(*first_effect);
      Note(last_effect);
    }
    read.incident = incidents_.NumberOf(name);
    if (!resource.empty()) {
      part.resource = resources_.NumberOf(InLowerCase(resource));
    }
    parts_.push_back(std::move(part));
  }

  std::size_t size() const { return parts_.size(); }

  Occurrences Finish() {
    std::stable_sort(
        parts_.begin(), parts_.end(),
        [](const Part& a, const Part& b) { return a.Key() < b.Key(); });
    for (auto part = parts_.begin(); part != parts_.end();) {
      auto end = part + 1;
      while (part->resource && end != parts_.end() && end->resource &&
             end->Key() == part->Key()) {
        ++end;
      }
      Join(part, end);
      part = end;
    }
    all_.incidents = incidents_.Finish();
    all_.resources = resources_.Finish();
    return std::move(all_);
  }

 private:
  // The time of a member that may be an empty text.
  static SimTime TimeOr(JsonLine& line, std::string_view name,
                        SimTime otherwise) {
    if (line.Has(name) && line.Text(name).empty()) return otherwise;
    return line.Time(name).value_or(otherwise);
  }
  void Note(SimTime time) {
    all_.first = std::min(all_.first, time);
    all_.last = std::max(all_.last, time);
  }

  // Adds the occurrence that these parts are.
  void Join(std::vector<Part>::iterator part, std::vector<Part>::iterator end) {
    Occurrence whole = part->occurrence;
    bool has_effect = false;
    for (; part != end; ++part) {
      if (!part->has_effect) continue;
      const SimTime last = part->occurrence.last_effect;
      whole.last_effect = has_effect ? std::max(whole.last_effect, last) : last;
      has_effect = true;
      if (part->resource) whole.resources.push_back(*part->resource);
    }
    if (has_effect) {
      all_.list.push_back(std::move(whole));
    } else {
      ++all_.without_effect;
    }
  }

  Occurrences all_;
  std::vector<Part> parts_;
  Names incidents_;
  Names resources_;
};

}  // namespace

Occurrences ReadOccurrences(const std::string& path,
                            std::vector<Problem>& problems) {
  LineReader reader(path, problems);
  OccurrenceList list;
  std::string text;
  while (reader.Next(text)) {
    // There may be a thousand times as many lines about records.
    if (text.starts_with(kRecordLine) || text.empty()) continue;
    JsonLine line(text);
    if (line.is_object()) list.Take(line);
    if (line.has_problems()) reader.Refuse(line.Problems());
    if (list.size() > kMostOccurrences) {
      reader.Stop(reader.number(), "there are more than 10,000,000 incidents");
    }
  }
  reader.Finish();
  return list.Finish();
}

}  // namespace busyhour::internal
