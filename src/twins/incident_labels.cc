#include "twins/incident_labels.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "conditions/agent_pool.h"
#include "engine/call_source.h"
#include "logs/log.h"
#include "twins/incident_effects.h"
#include "twins/json_labels.h"
#include "twins/label_exports.h"
#include "twins/label_file.h"
#include "twins/label_form.h"
#include "twins/minute_series.h"
#include "twins/record_difference.h"
#include "twins/twin_world.h"

namespace busyhour::internal {
namespace {

// A plan takes some 100 KiB.
constexpr std::size_t kMostTwins = 64;

// The worlds without one incident each. Incidents that follow each other in
// time need few at once.
class Twins {
 public:
  Twins(const Profile& profile, const Job& job)
      : profile_(profile), job_(job) {}

  TwinWorld& Without(const Effect& effect) {
    const auto known = std::find_if(
        twins_.begin(), twins_.end(),
        [&](const Twin& twin) { return twin.number == effect.number; });
    if (known != twins_.end()) {
      twins_.splice(twins_.begin(), twins_, known);
    } else {
      if (twins_.size() == kMostTwins) twins_.pop_back();
      twins_.emplace_front(profile_, job_, effect);
    }
    return twins_.front().world;
  }

 private:
  struct Twin {
    Twin(const Profile& profile, const Job& job, const Effect& effect)
        : number(effect.number),
          world(profile, job, [&effect](const Incident& incident) {
            return incident.name == effect.name;
          }) {}
    std::uint32_t number;
    TwinWorld world;
  };
  const Profile& profile_;
  const Job& job_;
  std::list<Twin> twins_;
};

// Passes labels on.
class LabelTaker : public LabelForm {
 public:
  explicit LabelTaker(const std::function<void(const Label&)>& take)
      : take_(take) {}
  void Take(const Label& label) override { take_(label); }
  Status Finish(const RunLabels&) override { return Status::Ok(); }

 private:
  const std::function<void(const Label&)>& take_;
};

// The profiles of the resources. They share no call.
std::vector<const Profile*> ResourcesOf(const Profile& profile) {
  if (profile.resources.empty()) return {&profile};
  std::vector<const Profile*> resources;
  for (const Profile& each : profile.resources) resources.push_back(&each);
  return resources;
}

// Compares the worlds caller by caller.
class Labeller {
 public:
  // `profile` is that of one resource, `resource` its name if there are others.
  Labeller(const Profile& profile, const Job& job, std::string resource)
      : job_(job),
        with_(profile, job, [](const Incident&) { return false; }),
        without_(profile, job, [](const Incident&) { return true; }),
        twins_(profile, job),
        difference_(with_.cast().vocabulary(), job.shape),
        run_{profile, job, with_.cast(), {EndMsOf(job)}, std::move(resource)},
        effects_(with_.plan().conditions, FirstAttemptOf(job), job.start,
                 run_.end, HorizonMs(with_.plan(), job.logs)),
        minutes_(run_) {
    for (const Effect& effect : with_.plan().conditions.effects()) {
      if (effect.rate_factor != 1.0) rate_effects_.push_back(&effect);
    }
  }

  // Also appends the labels to a file.
  void WriteTo(LabelFile& file) {
    forms_.push_back(MakeJsonLabels(run_, file));
  }

  // Also passes the labels on.
  void PassTo(const std::function<void(const Label&)>& take) {
    forms_.push_back(std::make_unique<LabelTaker>(take));
  }

  // Also writes the exports into a directory.
  Status OpenExports(const std::string& exports, bool may_replace) {
    for (const LabelExport& each : LabelExports()) {
      const std::string directory = exports + '/' + std::string(each.directory);
      std::error_code error;
      std::filesystem::create_directories(directory, error);
      forms_.push_back(each.make(run_, directory, may_replace));
    }
    return EachForm([](LabelForm& form) { return form.Open(); });
  }

  Status Run() {
    const std::uint64_t first = FirstSlotOf(job_);
    const auto last = static_cast<std::uint64_t>(
        (run_.end.ms + kMsPerSecond - 1) / kMsPerSecond);
    for (std::uint64_t slot = first; slot < last; ++slot) {
      const std::uint32_t count = MostCallsAt(slot);
      for (std::uint32_t number = 0; number < count; ++number) {
        const CallKey key{slot, number};
        if (job_.shard.Has(key)) Compare(key);
      }
      effects_.Pass(slot);
    }
    const std::vector<IncidentEffect> incidents = effects_.Finish();
    return EachForm([&](LabelForm& form) {
      return form.Finish({incidents, minutes_});
    });
  }

 private:
  template <class Do>
  Status EachForm(const Do& act) {
    for (const auto& form : forms_) {
      if (Status status = act(*form); !status.ok()) return status;
    }
    return Status::Ok();
  }

  // The number of first attempts in that slot, in the world that has the most.
  std::uint32_t MostCallsAt(std::uint64_t slot) {
    std::uint32_t count = std::max(with_.CountAt(slot), without_.CountAt(slot));
    // Without the only one, there are as many calls as without any.
    if (rate_effects_.size() < 2) return count;
    const SimTime at{static_cast<std::int64_t>(slot) * kMsPerSecond};
    for (const Effect* const effect : rate_effects_) {
      if (!effect->schedule.Next(at, {at.ms + kMsPerSecond})) continue;
      count = std::max(count, twins_.Without(*effect).CountAt(slot));
    }
    return count;
  }

  void Compare(CallKey key) {
    LabelCaller(key);
    for (const Record& record : with_.records()) minutes_.Add(record);
    for (const auto& form : forms_) form->TakeCaller(with_.records());
  }

  void LabelCaller(CallKey key) {
    const bool is_with = with_.Simulate(key);
    const bool is_without = without_.Simulate(key);
    const std::vector<const Effect*> active = ActiveIn(key);
    bool is_attributed = false;
    for (const Effect* const effect : active) {
      // Without the only incident, the call is as without any.
      const bool is_only = active.size() == 1;
      TwinWorld& twin = is_only ? without_ : twins_.Without(*effect);
      const bool is_there = is_only ? is_without : twin.Simulate(key);
      if (is_with) AddCalls(*effect, with_.calls(), true);
      if (is_there) AddCalls(*effect, twin.calls(), false);
      if (with_.IsSameIn(twin)) continue;
      const LabelMarks marks = {
          .is_indirect =
              is_with == is_there && !IsDirect(*effect, with_.calls()),
          .interacts = !is_only && !twin.IsSameIn(without_)};
      is_attributed = LabelAll(*effect, twin, marks) || is_attributed;
    }
    if (is_attributed || active.size() < 2) return;
    // Incidents that each suffice: without one alone, nothing changes.
    if (!with_.IsSameIn(without_)) {
      for (const Effect* const effect : active) {
        LabelAll(*effect, without_, {.is_joint = true});
      }
    }
  }

  void AddCalls(const Effect& effect, const std::vector<Call>& calls,
                bool is_with) {
    for (const Call& call : calls) effects_.AddCall(effect, call, is_with);
  }

  // Whether the incident acts on one of the caller's calls itself, not only on
  // the load. Other calls of the caller can be a consequence.
  static bool IsDirect(const Effect& effect, const std::vector<Call>& calls) {
    if (effect.acts_on_delivery || effect.calls_again > 0) return true;
    return std::any_of(calls.begin(), calls.end(), [&](const Call& call) {
      return (effect.failover > 0 && effect.MayMove(call.scope.stream_key)) ||
             (effect.touches_calls() && effect.Concerns(call.scope));
    });
  }

  // The incidents during the caller's calls and until their last record, and
  // those whose calls can have made the queue of the agents longer.
  std::vector<const Effect*> ActiveIn(CallKey key) const {
    const std::int64_t last_ms =
        std::max({static_cast<std::int64_t>(with_.over_ms()),
                  static_cast<std::int64_t>(without_.over_ms()), kMsPerSecond});
    const std::int64_t from_ms =
        static_cast<std::int64_t>(key.slot) * kMsPerSecond;
    const Conditions& conditions = with_.plan().conditions;
    std::vector<const Effect*> active =
        conditions.ActiveIn({from_ms}, {from_ms + last_ms + 1});
    if (with_.plan().agents == nullptr) return active;
    const std::vector<const Effect*> queued =
        conditions.ActiveIn({from_ms - AgentPool::kMemoryMs},
                            {from_ms + last_ms + AgentPool::kStepMs});
    const std::size_t during = active.size();
    std::copy_if(queued.begin(), queued.end(), std::back_inserter(active),
                 [&](const Effect* effect) {
                   const auto end =
                       active.begin() + static_cast<std::ptrdiff_t>(during);
                   return effect->rate_factor != 1.0 &&
                          std::find(active.begin(), end, effect) == end;
                 });
    return active;
  }

  // Labels the differences between the job's records and those of another
  // world. True if there are any.
  bool LabelAll(const Effect& effect, const TwinWorld& other,
                const LabelMarks& marks) {
    const std::vector<TouchedRecord> touched = difference_.Between(
        {with_.records(), with_.cast()}, {other.records(), other.cast()},
        effect.acts_on_delivery);
    for (const TouchedRecord& each : touched) {
      effects_.AddRecord(effect, each, marks.is_indirect);
      for (const auto& form : forms_) form->Take({each, effect, marks});
    }
    return !touched.empty();
  }

  const Job& job_;
  TwinWorld with_;
  TwinWorld without_;
  Twins twins_;
  std::vector<const Effect*> rate_effects_;
  RecordDifference difference_;
  LabelledRun run_;
  IncidentEffects effects_;
  MinuteSeries minutes_;
  std::vector<std::unique_ptr<LabelForm>> forms_;
};

}  // namespace

std::string ObjectionToIncidentLabels(const Job& job) {
  if (job.extent.kind == Extent::Kind::kDuration) return "";
  return "requires an extent in time, such as --duration 1h: with a number of "
         "calls, records or bytes, the run would end elsewhere without the "
         "incidents";
}

Status WriteIncidentLabels(const Profile& profile, const Job& job,
                           const LabelOutputs& outputs, bool may_replace) {
  const bool has_several = !profile.resources.empty();
  std::optional<LabelFile> file;
  if (!outputs.file.empty()) {
    file.emplace(outputs.file, may_replace);
    if (Status status = file->Open(); !status.ok()) return status;
  }
  for (const Profile* const each : ResourcesOf(profile)) {
    Labeller labeller(*each, job, has_several ? each->resource.name : "");
    if (file) labeller.WriteTo(*file);
    Status status = Status::Ok();
    if (!outputs.directory.empty()) {
      status = labeller.OpenExports(outputs.directory, may_replace);
    }
    if (status.ok()) status = labeller.Run();
    if (!status.ok()) return status;
  }
  return file ? file->Finish() : Status::Ok();
}

void ForEachLabel(const Profile& profile, const Job& job,
                  const std::function<void(const Label&)>& take) {
  for (const Profile* const each : ResourcesOf(profile)) {
    Labeller labeller(*each, job, each->resource.name);
    labeller.PassTo(take);
    // Only writing could fail.
    const Status status = labeller.Run();
    assert(status.ok());
    (void)status;
  }
}

std::string_view NameOf(Touch touch) noexcept {
  constexpr std::string_view kNames[] = {"caused", "changed", "suppressed"};
  return kNames[static_cast<std::size_t>(touch)];
}

std::string_view EffectNameOf(const Label& label) noexcept {
  return label.marks.is_indirect ? "indirect" : NameOf(label.touched.touch);
}

std::string ObjectionToLabelExports(const Profile& profile) {
  if (profile.resources.empty()) return "";
  return "requires a profile with one resource; this one has " +
         std::to_string(profile.resources.size());
}

}  // namespace busyhour::internal
