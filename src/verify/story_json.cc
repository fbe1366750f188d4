#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/time.h"
#include "verify/story.h"

namespace busyhour::internal {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson RecordsOf(const Story& story) {
  OrderedJson records = OrderedJson::array();
  for (const Story::Entry& record : story.records) {
    OrderedJson entry = {{"log", record.log},
                         {"time", FormatTime(record.time)},
                         {"delivered", FormatTime(record.delivery)},
                         {"id", record.id},
                         {"what", record.what},
                         {"asked_for", record.is_asked_for}};
    for (const Story::Entry::Damage& damage : record.damage) {
      OrderedJson fault = {{"fault", damage.fault}};
      if (!damage.field.empty()) fault["field"] = damage.field;
      if (damage.by_ms) fault["by_ms"] = *damage.by_ms;
      entry["faults"].push_back(std::move(fault));
    }
    records.push_back(std::move(entry));
  }
  return records;
}

OrderedJson JsonOf(const Story& story) {
  OrderedJson json;
  json["call"] = {{"slot", story.call.slot}, {"ordinal", story.call.ordinal}};
  for (const Story::Fact& fact : story.facts) {
    if (fact.name == "CorrelationId") {
      json["facts"][fact.name].push_back(fact.value);
    } else {
      json["facts"][fact.name] = fact.value;
    }
  }
  json["participants"] = OrderedJson::array();
  for (const Story::Participant& participant : story.participants) {
    json["participants"].push_back({{"kind", participant.kind},
                                    {"id", participant.id},
                                    {"joined_ms", participant.joined_ms},
                                    {"left_ms", participant.left_ms}});
  }
  json["events"] = OrderedJson::array();
  for (const Story::Event& event : story.events) {
    OrderedJson entry = {{"at_ms", event.at_ms}, {"what", event.what}};
    if (!event.why.empty()) entry["why"] = event.why;
    if (!event.operation_id.empty()) {
      entry["operation_id"] = event.operation_id;
    }
    json["events"].push_back(std::move(entry));
  }
  json["records"] = RecordsOf(story);
  return json;
}

}  // namespace

std::string Story::JsonLine() const { return JsonOf(*this).dump() + '\n'; }

std::string Story::Json() const { return JsonOf(*this).dump(2) + '\n'; }

}  // namespace busyhour::internal
