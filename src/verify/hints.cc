#include "verify/hints.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "base/units.h"
#include "verify/hint_list.h"

namespace busyhour::internal {
namespace {

// Parts with fewer bytes are remains of other damage, not cut by a limit on
// their length (our assumption).
constexpr std::size_t kLeastLimit = 16;

class HintWriter {
 public:
  HintWriter(const Verdict& verdict, const SentJobs& sent)
      : list_(verdict, sent) {}

  std::vector<VerifyHint> Write(bool expects_faults) {
    AddUnreadableInputs();
    AddBrokenLines();
    if (list_.arrived() == 0) {
      AddNothingArrived();
    } else {
      AddForeign();
      AddLossHints(list_);
      AddCopies();
      AddChangeHints(list_);
    }
    if (!expects_faults) AddFaults();
    return std::move(list_.hints);
  }

 private:
  // The profiles and seeds of the jobs.
  std::string Expected() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < list_.sent.jobs.size(); ++i) {
      const Profile& profile = list_.sent.profiles[i];
      std::string name = profile.name + ", seed " +
                         std::to_string(list_.sent.jobs[i].seed) + ", from " +
                         FormatTime(list_.sent.jobs[i].start);
      if (profile.resources.empty()) {
        name += ", resource " + profile.resource.name;
      }
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
    return Listed(names);
  }

  static std::string PlaceOf(const VerifyExample& example) {
    return example.line == 0
               ? example.input
               : example.input + ':' + std::to_string(example.line);
  }

  // The first record of a cause, as far as it was read.
  static std::string First(const VerifyCause& cause) {
    const VerifyExample& first = cause.example;
    std::string text = "the first is " + PlaceOf(first);
    if (!first.time.empty()) text += ", of " + first.time;
    if (!first.received.empty()) text += ", of resource " + first.received;
    return text;
  }

  const VerifyCause* MainCause(std::string_view kind) const {
    for (const VerifyCause& cause : list_.verdict.causes) {
      if (cause.kind == kind) return &cause;
    }
    return nullptr;
  }

  void AddNothingArrived() {
    const VerifyCause* const foreign = MainCause("foreign");
    if (foreign != nullptr) {
      AddOtherJob(*foreign);
    } else if (const VerifyCause* const broken = MainCause("undecodable")) {
      if (!list_.hints.empty()) return;
      list_.Add("not_readable",
                "No record could be read (" + PlaceOf(broken->example) + ": " +
                    broken->why +
                    "). Check the format of the input; --at names the place of "
                    "records inside other objects.");
    } else if (list_.verdict.nothing_asked.empty()) {
      list_.Add(
          "no_input",
          "The input has no records. Check its path, and whether the pipeline "
          "has written its output yet.");
    }
  }

  void AddOtherJob(const VerifyCause& foreign) {
    const std::string read =
        "All " + RecordsInWords(list_.verdict.total.foreign) + " read, ";
    const std::string expected = ". Expected: " + Expected() + ". ";
    if (foreign.why == kForeignOtherIds) {
      list_.Add(
          "other_seed_or_resource",
          read + First(foreign) + ", have ids of another seed or resource" +
              expected +
              "Give the --seed and --profile of the run, or its --manifest.");
    } else if (foreign.why == kForeignNoSuchRecord) {
      list_.Add("other_calls",
                read + First(foreign) +
                    ", have ids of this seed and resource, but of other calls" +
                    expected +
                    "Give the --start, extent and shard of the run, or its "
                    "--manifest; the version of busyhour may be another, too.");
    } else if (foreign.why == kForeignOtherProfile) {
      list_.Add(
          "other_profile",
          read + First(foreign) +
              ", have ids of this seed and resource, but the values of another "
              "profile" +
              expected + "Give the --profile of the run, or its --manifest.");
    } else if (foreign.why == kForeignNoLog) {
      list_.Add(
          "other_fields",
          read + First(foreign) +
              ", have the field names of no log. --map names renamed fields, "
              "--at the place of records inside other objects.");
    }
  }

  void AddForeign() {
    const VerifyCause* const foreign = MainCause("foreign");
    if (foreign == nullptr || foreign->why == kForeignNoLog) return;
    const std::string read =
        RecordsInWords(list_.verdict.total.foreign) + " of other ";
    if (foreign->why == kForeignNoSuchRecord) {
      list_.Add(
          "other_calls",
          read + "calls of this seed and resource are in the input, " +
              First(*foreign) + ". Expected: " + Expected() +
              ". The run may have been longer or of a changed profile, or "
              "another one wrote to the same place.");
    } else {
      list_.Add(
          "mixed_runs",
          read + "runs are in the input, " + First(*foreign) +
              ". Empty the receiver before a run, or read only what this run "
              "sent.");
    }
  }

  void AddCopies() {
    if (!IsMost(list_.verdict.total.duplicated, list_.arrived())) return;
    const std::uint64_t times =
        (list_.verdict.total.duplicated + list_.arrived() / 2) /
            list_.arrived() +
        1;
    list_.Add(
        "copies",
        "Nearly every record arrived " +
            (times == 2 ? std::string("twice")
                        : FormatCount(times) + " times") +
            ". Look for a second route or collector in the pipeline, or the "
            "same data under two INPUTs.");
  }

  // Inputs that cannot be opened, or end early, such as damaged gzip streams.
  void AddUnreadableInputs() {
    for (const VerifyCause& cause : list_.verdict.causes) {
      if (!cause.is_of_input) continue;
      const std::string others =
          cause.count > 1 ? " The same is true of " +
                                FormatCount(cause.count - 1) + " more."
                          : "";
      list_.Add(
          "unreadable_input",
          PlaceOf(cause.example) + ": " + cause.why +
              (cause.example.line == 0
                   ? ". None of its records was read."
                   : ". What follows in this input was not read, and "
                     "undecodable parts before this place may be of the same "
                     "damage. Check the file, or copy it again.") +
              others);
    }
  }

  void AddBrokenLines() {
    const VerifyCounts& total = list_.verdict.total;
    bool has_unreadable = false;
    for (const VerifyCause& cause : list_.verdict.causes) {
      has_unreadable = has_unreadable || cause.is_of_input;
      if (cause.kind != "undecodable" || !cause.is_same_value ||
          cause.bytes < kLeastLimit || cause.count < kLeastInCommon) {
        continue;
      }
      list_.Add("cut_lines",
                "All " + FormatCount(cause.count) + " undecodable parts (" +
                    cause.why + ") have " + FormatCount(cause.bytes) +
                    " bytes. Look for a limit on the length of lines or "
                    "messages.");
      return;
    }
    if (has_unreadable || total.undecodable < kLeastInCommon ||
        total.lost == 0 ||
        !IsMost(std::min(total.lost, total.undecodable),
                std::max(total.lost, total.undecodable))) {
      return;
    }
    list_.Add("damaged_lines",
              "About as many parts are undecodable (" +
                  FormatCount(total.undecodable) + ") as records are lost (" +
                  FormatCount(total.lost) +
                  "): these are probably the lost records, damaged on the "
                  "way.");
  }

  void AddFaults() {
    const bool any =
        std::any_of(list_.sent.jobs.begin(), list_.sent.jobs.end(),
                    [](const Job& job) { return !job.faults.empty(); });
    if (!any) return;
    list_.Add(
        "faults",
        "The job has faults, which lose, duplicate or change records before "
        "they leave. --expect faults expects them.");
  }

  HintList list_;
};

}  // namespace

std::vector<VerifyHint> ReadingHints(const Verdict& verdict) {
  const VerifyDayFirst& day_first = verdict.day_first;
  if (day_first.inputs == 0) return {};
  const std::string inputs =
      day_first.inputs == 1 ? day_first.input
                            : FormatCount(day_first.inputs) +
                                  " inputs; the first is " + day_first.input;
  return {{"date_order", "Dates are read day first in " + inputs + ", where " +
                             day_first.reason +
                             ". --date-order month-first forbids that."}};
}

std::vector<VerifyHint> HintsOf(const Verdict& verdict, const SentJobs& sent,
                                bool expects_faults) {
  return HintWriter(verdict, sent).Write(expects_faults);
}

}  // namespace busyhour::internal
