#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "read/received_time.h"
#include "verify/change.h"
#include "verify/hint_list.h"

namespace busyhour::internal {
namespace {

// Whether a time is the same one in any zone.
bool NamesZone(std::string_view time) {
  TimeReading local;
  local.zone.first_offset_s = 3600;
  const auto in_utc = TimeOf(time, {});
  const auto in_zone = TimeOf(time, local);
  return !in_utc || !in_zone || in_utc->time == in_zone->time;
}

class ChangeHints {
 public:
  explicit ChangeHints(HintList& list) : list_(list) {}

  void Write() {
    AddShifts();
    AddDroppedFields();
    AddTreatment(ChangeKind::kDroppedEmpty, std::nullopt, "empty-as-missing",
                 "Empty values are missing");
    AddTreatment(ChangeKind::kTimeCut, kMsPerMinute, "minutes",
                 "Times are cut to minutes");
    AddCutValues();
    AddOtherVersion();
  }

 private:
  void AddShifts() {
    std::map<std::int64_t, std::vector<std::string>> shifts;
    std::set<std::int64_t> without_zone;
    for (const VerifyCause& cause : list_.verdict.causes) {
      if (cause.kind != "altered" || cause.change != ChangeKind::kShifted ||
          !cause.by || !IsMost(cause.count, list_.ArrivedOf(*cause.log))) {
        continue;
      }
      shifts[*cause.by].push_back(std::string(Info(*cause.log).name) + ' ' +
                                  cause.field);
      if (!NamesZone(cause.example.received)) without_zone.insert(*cause.by);
    }
    for (const auto& [by, fields] : shifts) {
      list_.Add(
          IsZoneShift(by) ? "time_zone" : "time_shift",
          "All times are shifted by " + ShiftWords(by) + ": " + Listed(fields) +
              (IsZoneShift(by)
                   ? ". Look for a time zone that was lost or added: a local "
                     "time that was read as UTC, or the reverse." +
                         (without_zone.contains(by)
                              ? " These times name no zone: if they are local "
                                "times, --zone names theirs, such as "
                                "Europe/Oslo or +02:00."
                              : std::string())
                   : ". Look for a clock or an offset in the pipeline."));
    }
  }

  void AddDroppedFields() {
    for (const LogInfo& log : Logs()) {
      std::vector<std::string> fields;
      std::string in_text;
      for (const VerifyCause& cause : list_.verdict.causes) {
        if (cause.kind != "altered" || cause.log != log.log ||
            cause.change != ChangeKind::kDropped ||
            !IsMost(cause.count, list_.ArrivedOf(log.log))) {
          continue;
        }
        if (!cause.in_text.empty()) {
          in_text = cause.in_text;
          continue;
        }
        if (cause.renamed_to.empty()) {
          fields.push_back(cause.field);
          continue;
        }
        list_.Add("renamed_field",
                  cause.field + " of " + std::string(log.name) + " is called " +
                      Quoted(cause.renamed_to) +
                      " in the input. --map FILE with {" +
                      Quoted(cause.renamed_to) + ": " + Quoted(cause.field) +
                      "} compares it under this name.");
      }
      if (!in_text.empty()) {
        list_.Add("object_as_text",
                  Quoted(in_text) + " of " + std::string(log.name) +
                      " is text that is not complete JSON, so that its fields "
                      "are missing. Look for a limit on the length of "
                      "values.");
      }
      if (fields.empty()) continue;
      list_.Add(
          "missing_field",
          "Missing in every record of " + std::string(log.name) + ": " +
              Listed(fields) +
              ". If the pipeline removes it on purpose, --map FILE with {" +
              Quoted(fields.front()) + ": null} accepts that.");
    }
  }

  bool HasDropped(LogType log) const {
    return std::any_of(list_.verdict.causes.begin(), list_.verdict.causes.end(),
                       [log](const VerifyCause& cause) {
                         return cause.kind == "altered" && cause.log == log &&
                                cause.change == ChangeKind::kDropped;
                       });
  }

  // Changes that tools make, and that a treatment accepts. If values are
  // missing that were not empty, the reason is another one.
  void AddTreatment(ChangeKind change, std::optional<std::int64_t> by,
                    std::string_view treatment, const std::string& what) {
    std::vector<std::string> fields;
    for (const VerifyCause& cause : list_.verdict.causes) {
      if (cause.kind != "altered" || cause.change != change ||
          (by && cause.by != by) || HasDropped(*cause.log)) {
        continue;
      }
      fields.push_back(std::string(Info(*cause.log).name) + ' ' + cause.field);
    }
    if (fields.empty()) return;
    list_.Add("treatment", what + ": " + Listed(fields) +
                               ". If the pipeline does this on purpose, "
                               "--treat " +
                               std::string(treatment) + " accepts it.");
  }

  void AddCutValues() {
    std::map<std::int64_t, std::vector<std::string>> lengths;
    for (const VerifyCause& cause : list_.verdict.causes) {
      if (cause.kind != "altered" || cause.change != ChangeKind::kCut ||
          !cause.by || cause.count < kLeastInCommon) {
        continue;
      }
      lengths[*cause.by].push_back(std::string(Info(*cause.log).name) + ' ' +
                                   cause.field);
    }
    for (const auto& [bytes, fields] : lengths) {
      list_.Add("cut_values",
                "Values are cut to " +
                    FormatCount(static_cast<std::uint64_t>(bytes)) +
                    " bytes: " + Listed(fields) +
                    ". Look for the width of a column or a limit on "
                    "the length of values.");
    }
  }

  // Many values with another content.
  void AddOtherVersion() {
    if (!IsMost(list_.verdict.total.altered, list_.arrived())) return;
    std::vector<std::string> fields;
    for (const VerifyCause& cause : list_.verdict.causes) {
      if (cause.kind != "altered" || cause.is_same_value ||
          (cause.change != ChangeKind::kReplaced &&
           cause.change != ChangeKind::kOtherNumber)) {
        continue;
      }
      fields.push_back(std::string(Info(*cause.log).name) + ' ' + cause.field);
    }
    if (fields.size() < kLeastInCommon) return;
    list_.Add(
        "other_values",
        "Nearly every record has other values: " + Listed(fields) +
            ". Either the pipeline replaces them, such as by hashes, or the "
            "records are of a changed profile or another version of "
            "busyhour.");
  }

  HintList& list_;
};

}  // namespace

void AddChangeHints(HintList& list) { ChangeHints(list).Write(); }

}  // namespace busyhour::internal
