#include "verify/verify_options.h"

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "base/time.h"
#include "base/time_zone.h"
#include "job/option.h"
#include "logs/field_names.h"
#include "read/json_pointer.h"
#include "read/name_map.h"

namespace busyhour::internal {
namespace {

// Refuses the value of an option, by its name without dashes.
using Refuse = std::function<void(const std::string& option, std::string why)>;

// A zone of the time zone database, or a constant offset.
std::optional<TimeZone> ReadZone(const std::string& text,
                                 std::string& trouble) {
  if (text == "UTC" || text == "Z") return TimeZone{};
  if (!text.starts_with('+') && !text.starts_with('-')) {
    return FindTimeZone(text, trouble);
  }
  const std::string noon = "2000-01-01T12:00:00";
  const auto local = ParseTime(noon + text);
  if (!local) {
    trouble = "is not an offset such as +02:00";
    return std::nullopt;
  }
  TimeZone zone;
  zone.first_offset_s = static_cast<std::int32_t>(
      (ParseTime(noon)->ms - local->ms) / kMsPerSecond);
  return zone;
}

Treatments ReadTreatments(const VerifyWords& words, const Refuse& refuse) {
  Treatments read;
  if (words.as) {
    const auto treatments = TreatmentsOf(*words.as);
    if (!treatments) refuse("as", NotAmong(*words.as, ToolNames()));
    read = treatments.value_or(Treatments());
  }
  if (!words.treat) return read;
  for (const std::string& name : SplitAtCommas(*words.treat)) {
    const auto treatment = TreatmentNamed(name);
    if (treatment) {
      read.Add(*treatment);
    } else {
      refuse("treat", NotAmong(name, TreatmentNames()));
    }
  }
  return read;
}

// What counts as equal.
EqualityOptions ReadEquality(const VerifyWords& words, const Refuse& refuse) {
  EqualityOptions read;
  read.treatments = ReadTreatments(words, refuse);
  if (words.zone) {
    std::string trouble;
    const auto zone = ReadZone(*words.zone, trouble);
    if (!zone) refuse("zone", '"' + *words.zone + "\" " + trouble);
    read.zone = zone.value_or(TimeZone());
  }
  if (!words.date_order) return read;
  if (*words.date_order == "day-first") {
    read.date_order = DateOrder::kDayFirst;
  } else if (*words.date_order == "month-first") {
    read.date_order = DateOrder::kMonthFirst;
  } else {
    refuse("date-order",
           NotAmong(*words.date_order, {"month-first", "day-first"}));
  }
  return read;
}

std::vector<std::string> ReadPlace(const char* option,
                                   const std::optional<std::string>& text,
                                   const std::string& such_as,
                                   const Refuse& refuse) {
  if (!text) return {};
  const auto pointer = ReadPointer(*text);
  if (!pointer) {
    refuse(option,
           NotA(*text, "a JSON Pointer to a member, such as " + such_as));
  }
  return pointer.value_or(std::vector<std::string>());
}

}  // namespace

VerifyOptions ReadVerifyWords(const VerifyWords& words,
                              std::vector<Problem>& problems) {
  const Refuse refuse = [&problems](const std::string& option,
                                    std::string why) {
    problems.push_back({"--" + option, 0, 0, "", std::move(why)});
  };
  VerifyOptions read;
  read.equality = ReadEquality(words, refuse);
  read.reading.times = {
      read.equality.date_order.value_or(DateOrder::kMonthFirst),
      read.equality.zone};
  read.strict = words.strict;
  if (read.strict && !read.equality.treatments.empty()) {
    refuse("strict", "cannot be combined with --as or --treat");
  }
  if (words.fields) {
    read.fields = ReadFields(*words.fields, [&refuse](std::string why) {
      refuse("fields", std::move(why));
    });
  }
  if (words.map) read.reading.names = ReadNameMap(*words.map, problems);
  read.reading.at = ReadPlace("at", words.at, "/event or /data/record", refuse);
  read.reading.arrival = ReadPlace("arrival", words.arrival,
                                   "/@timestamp or /meta/received", refuse);
  return read;
}

PerLog<FieldSet> ReadFields(std::string_view list, const RefuseValue& refuse) {
  PerLog<FieldSet> fields;
  for (const std::string& name : SplitAtCommas(list)) {
    const PerLog<FieldSet> named = FieldsNamed(name);
    if (!AnyOf(named)) {
      const std::vector<std::string_view> names = AllColumnNames();
      std::string hint = DidYouMean(name, names);
      if (hint.empty()) hint = "; busyhour schema LOG lists them";
      refuse("\"" + name + "\" is not a field of any log" + hint);
    }
    AddTo(fields, named);
  }
  return fields;
}

}  // namespace busyhour::internal
