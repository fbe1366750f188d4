#include "twins/json_labels.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/guid.h"
#include "profile/incident_keys.h"
#include "twins/label_file.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::ordered_json;

// The start of a line. `resource` is empty if the job has only one.
Json Begin(std::string_view type, const Effect& effect,
           std::string_view resource) {
  Json line = {{"type", type}, {"incident", effect.name}};
  if (!resource.empty()) line["resource"] = resource;
  return line;
}

Json LineOf(const Label& label, const Cast& cast, std::string_view resource) {
  const TouchedRecord& touched = label.touched;
  const Record& record = touched.record;
  const Guid id = cast.IdsOf(record).id;
  Json line = Begin("record", label.effect, resource);
  line["effect"] = EffectNameOf(label);
  line["log"] = Info(record.log()).name;
  line["id"] = id == Guid{} ? "" : FormatGuid(id);
  line["correlation_id"] =
      FormatGuid(cast.CorrelationOf(record.call(), record.correlation_epoch));
  line["time"] = FormatTime(record.time());
  if (label.marks.is_indirect) {
    line["as"] = NameOf(touched.touch);
  }
  if (record.is_copy()) line["copy"] = true;
  if (touched.touch == Touch::kChanged) {
    line["fields"] = touched.fields;
    if (touched.fields.empty()) line["late_ms"] = touched.late_ms;
  }
  if (label.marks.is_joint) line["jointly"] = true;
  if (label.marks.interacts) line["interacts"] = true;
  return line;
}

std::string TimeText(SimTime time) {
  return time == Schedule::kNever ? "" : FormatTime(time);
}

Json Both(double with, double without) {
  return {{"with", with}, {"without", without}};
}

double Share(const TrafficFigures& figures) {
  return figures.requests == 0 ? 0.0
                               : static_cast<double>(figures.failed) /
                                     static_cast<double>(figures.requests);
}

Json LineOf(const IncidentEffect& of, const Incident& incident, SimTime start,
            SimTime end, std::string_view resource) {
  Json line = Begin("incident", *of.effect, resource);
  line["from"] = FormatTime(of.occurrence.from);
  line["to"] = TimeText(of.occurrence.to);
  line["scope"] = Json::parse(ScopeJson(incident.scope));
  line["kinds"] = KindsOf(incident);
  if (of.touched() == 0) {
    line["no_effect"] = true;
    return line;
  }
  line["effect_from"] = FormatTime(of.first);
  line["effect_to"] = FormatTime(of.last);
  line["effect_to_p99"] = FormatTime(of.last_p99);
  line["records"] = {{"caused", of.caused},
                     {"changed", of.changed},
                     {"suppressed", of.suppressed},
                     {"indirect", of.indirect}};
  line["requests"] = {{"with", of.with.requests},
                      {"without", of.without.requests}};
  line["failed_share"] = Both(Share(of.with), Share(of.without));
  line["latency_p95_ms"] = {{"with", of.with.p95_ms},
                            {"without", of.without.p95_ms}};
  const std::int64_t ms = std::min(of.occurrence.to, end).ms -
                          std::max(of.occurrence.from, start).ms;
  // An occurrence after the end has no calls of the run.
  const double minutes = static_cast<double>(std::max<std::int64_t>(ms, 1)) /
                         static_cast<double>(kMsPerMinute);
  line["calls_a_minute"] =
      Both(static_cast<double>(of.with.calls) / minutes,
           static_cast<double>(of.without.calls) / minutes);
  return line;
}

class JsonLabels : public LabelForm {
 public:
  JsonLabels(const LabelledRun& run, LabelFile& file)
      : run_(run), file_(file) {}

  void Take(const Label& label) override {
    Put(LineOf(label, run_.cast, run_.resource));
  }
  Status Finish(const RunLabels& labels) override {
    for (const IncidentEffect& of : labels.incidents) {
      Put(LineOf(of, run_.profile.incidents[of.effect->number], run_.job.start,
                 run_.end, run_.resource));
    }
    return Status::Ok();
  }

 private:
  void Put(const Json& line) { file_.Put(line.dump() + '\n'); }

  const LabelledRun& run_;
  LabelFile& file_;
};

}  // namespace

std::unique_ptr<LabelForm> MakeJsonLabels(const LabelledRun& run,
                                          LabelFile& file) {
  return std::make_unique<JsonLabels>(run, file);
}

}  // namespace busyhour::internal
