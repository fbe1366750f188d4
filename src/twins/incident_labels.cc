#include "twins/incident_labels.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "deliver/file_sink.h"
#include "engine/call_source.h"
#include "profile/incident_keys.h"
#include "twins/incident_effects.h"
#include "twins/record_difference.h"
#include "twins/twin_world.h"

namespace busyhour {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBufferBytes = 1 << 16;
// A plan takes some 100 KiB.
constexpr std::size_t kMostTwins = 64;
constexpr std::array<std::string_view, 3> kTouchNames = {"caused", "changed",
                                                         "suppressed"};

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

Json LineOf(const TouchedRecord& touched, const Effect& effect,
            bool is_indirect, const Cast& cast) {
  const Record& record = touched.record;
  const Guid id = cast.IdsOf(record).id;
  Json line = {
      {"type", "record"},
      {"incident", effect.name},
      {"effect", is_indirect
                     ? "indirect"
                     : kTouchNames[static_cast<std::size_t>(touched.touch)]},
      {"log", Info(record.log()).name},
      {"id", id == Guid{} ? "" : FormatGuid(id)},
      {"correlation_id",
       FormatGuid(cast.CorrelationOf(record.call(), record.correlation_epoch))},
      {"time", FormatTime(record.time())}};
  if (is_indirect) {
    line["as"] = kTouchNames[static_cast<std::size_t>(touched.touch)];
  }
  if (record.is_copy()) line["copy"] = true;
  if (touched.touch == Touch::kChanged) {
    line["fields"] = touched.fields;
    if (touched.fields.empty()) line["late_ms"] = touched.late_ms;
  }
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
            SimTime end) {
  Json line = {{"type", "incident"},
               {"incident", of.effect->name},
               {"from", FormatTime(of.occurrence.from)},
               {"to", TimeText(of.occurrence.to)},
               {"scope", Json::parse(ScopeJson(incident.scope))},
               {"kinds", KindsOf(incident)}};
  if (of.touched() == 0) {
    line["no_effect"] = true;
    return line;
  }
  line["effect_from"] = FormatTime(of.first);
  line["effect_to"] = FormatTime(of.last);
  line["records"] = {{"caused", of.caused},
                     {"changed", of.changed},
                     {"suppressed", of.suppressed},
                     {"indirect", of.indirect}};
  line["requests"] = {{"with", of.with.requests},
                      {"without", of.without.requests}};
  line["failed_share"] = Both(Share(of.with), Share(of.without));
  line["latency_p95_ms"] = {{"with", of.with.p95_ms},
                            {"without", of.without.p95_ms}};
  const double minutes =
      static_cast<double>(std::min(of.occurrence.to, end).ms -
                          std::max(of.occurrence.from, start).ms) /
      static_cast<double>(kMsPerMinute);
  line["calls_a_minute"] =
      Both(static_cast<double>(of.with.calls) / minutes,
           static_cast<double>(of.without.calls) / minutes);
  return line;
}

// Compares the worlds caller by caller.
class Labeller {
 public:
  Labeller(const Profile& profile, const Job& job, const Cast& cast,
           FileSink& sink)
      : job_(job),
        cast_(cast),
        sink_(sink),
        with_(profile, job, [](const Incident&) { return false; }),
        without_(profile, job, [](const Incident&) { return true; }),
        twins_(profile, job),
        difference_(cast, job.shape),
        end_{EndMsOf(job)},
        effects_(with_.plan().conditions, job.start, end_,
                 with_.plan().longest_history_ms) {}

  Status Run(const Profile& profile) {
    const auto first = static_cast<std::uint64_t>(job_.start.ms / kMsPerSecond);
    const auto last =
        static_cast<std::uint64_t>((end_.ms + kMsPerSecond - 1) / kMsPerSecond);
    for (std::uint64_t slot = first; slot < last && status_.ok(); ++slot) {
      const std::uint32_t count = MostCallsAt(slot);
      for (std::uint32_t ordinal = 0; ordinal < count; ++ordinal) {
        const CallKey key{slot, ordinal};
        if (job_.shard.Has(key)) Compare(key);
      }
      effects_.Pass(slot);
    }
    for (const IncidentEffect& of : effects_.Finish()) {
      Write(LineOf(of, profile.incidents[of.effect->number], job_.start, end_));
    }
    Flush();
    return status_;
  }

 private:
  // The number of calls in that slot, in the world that has the most.
  std::uint32_t MostCallsAt(std::uint64_t slot) {
    std::uint32_t count = std::max(with_.CountAt(slot), without_.CountAt(slot));
    const SimTime at{static_cast<std::int64_t>(slot) * kMsPerSecond};
    const std::vector<const Effect*> active =
        with_.plan().conditions.ActiveIn(at, {at.ms + kMsPerSecond});
    if (active.size() < 2) return count;
    for (const Effect* const effect : active) {
      if (effect->rate_factor == 1.0) continue;
      count = std::max(count, twins_.Without(*effect).CountAt(slot));
    }
    return count;
  }

  void Compare(CallKey key) {
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
      if (RecordDifference::AreEqual(with_.records(), twin.records())) continue;
      const bool is_direct =
          is_with != is_there || IsDirect(*effect, with_.calls());
      is_attributed =
          WriteAll(*effect, twin.records(), !is_direct) || is_attributed;
    }
    if (is_attributed || active.size() < 2) return;
    // Incidents that each suffice: without one alone, nothing changes.
    if (!RecordDifference::AreEqual(with_.records(), without_.records())) {
      for (const Effect* const effect : active) {
        WriteAll(*effect, without_.records(), false, true);
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
    return effect.touches_calls() &&
           std::any_of(calls.begin(), calls.end(), [&](const Call& call) {
             return effect.Concerns(call.scope);
           });
  }

  // The incidents during the caller's calls and until their last record.
  std::vector<const Effect*> ActiveIn(CallKey key) const {
    const std::int64_t last_ms =
        std::max({static_cast<std::int64_t>(with_.over_ms()),
                  static_cast<std::int64_t>(without_.over_ms()), kMsPerSecond});
    const std::int64_t from_ms =
        static_cast<std::int64_t>(key.slot) * kMsPerSecond;
    return with_.plan().conditions.ActiveIn({from_ms}, {from_ms + last_ms + 1});
  }

  // Writes the differences between the job's records and those of another
  // world. True if there are any.
  bool WriteAll(const Effect& effect, const std::vector<Record>& other,
                bool is_indirect, bool is_joint = false) {
    const std::vector<TouchedRecord> touched =
        difference_.Between(with_.records(), other, effect.acts_on_delivery);
    for (const TouchedRecord& each : touched) {
      effects_.AddRecord(effect, each, is_indirect);
      Json line = LineOf(each, effect, is_indirect, cast_);
      if (is_joint) line["jointly"] = true;
      Write(line);
    }
    return !touched.empty();
  }

  void Write(const Json& line) {
    text_ += line.dump() + '\n';
    if (text_.size() >= kBufferBytes) Flush();
  }
  void Flush() {
    const std::string_view span = text_;
    if (status_.ok()) status_ = sink_.Write({&span, 1});
    text_.clear();
  }

  const Job& job_;
  const Cast& cast_;
  FileSink& sink_;
  TwinWorld with_;
  TwinWorld without_;
  Twins twins_;
  RecordDifference difference_;
  SimTime end_;
  IncidentEffects effects_;
  std::string text_;
  Status status_ = Status::Ok();
};

}  // namespace

std::string ObjectionToIncidentLabels(const Job& job) {
  if (job.extent.kind == Extent::Kind::kDuration) return "";
  return "requires an extent in time, such as --duration 1h: with a number of "
         "calls, records or bytes, the run would end elsewhere without the "
         "incidents";
}

Status WriteIncidentLabels(const Profile& profile, const Job& job,
                           const Cast& cast, const std::string& path,
                           bool may_replace) {
  FileSink sink(path, may_replace);
  if (Status status = sink.Open(); !status.ok()) return status;
  const Status status = Labeller(profile, job, cast, sink).Run(profile);
  return status.ok() ? sink.Finish() : status;
}

}  // namespace busyhour
