#include "score/occurrences.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "score/json_line.h"
#include "score/line_reader.h"
#include "text/problems.h"

namespace busyhour {
namespace {

constexpr std::size_t kMostOccurrences = 10'000'000;
constexpr std::string_view kRecordLine = "{\"type\":\"record\",";

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
    Occurrence read;
    read.from = line.Time("from").value_or(SimTime{});
    read.to = TimeOr(line, "to", kLatestTime);
    if (read.to < read.from) line.Refuse("to", "\"to\" is before \"from\"");
    const bool has_effect = !line.Has("no_effect");
    std::optional<SimTime> first_effect;
    SimTime last_effect;
    if (has_effect) {
      first_effect = line.Time("effect_from");
      last_effect = line.Time("effect_to").value_or(SimTime{});
      read.last_effect = line.Has("effect_to_p99")
                             ? line.Time("effect_to_p99").value_or(SimTime{})
                             : last_effect;
    }
    if (line.has_problems()) return;
    Note(read.from);
    if (read.to < kLatestTime) Note(read.to);
    if (!has_effect) {
      ++all_.without_effect;
      return;
    }
    Note(*first_effect);
    Note(last_effect);
    read.incident = NumberOf(name);
    all_.list.push_back(read);
  }

  std::size_t size() const { return all_.list.size() + all_.without_effect; }
  Occurrences Finish() { return std::move(all_); }

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
  std::uint32_t NumberOf(const std::string& name) {
    const auto next = static_cast<std::uint32_t>(all_.incidents.size());
    const auto [known, is_new] = numbers_.emplace(name, next);
    if (is_new) all_.incidents.push_back(name);
    return known->second;
  }

  Occurrences all_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
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

}  // namespace busyhour
