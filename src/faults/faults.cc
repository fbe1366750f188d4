#include "faults/faults.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <utility>

#include "logs/field_names.h"
#include "profile/fault_keys.h"

namespace busyhour::internal {
namespace {

// Bits for the index of a rule, next to the number of a record.
constexpr int kRuleBits = 16;

std::uint64_t IndexOf(const Record& record, std::size_t rule) {
  return std::uint64_t{record.sequence} << kRuleBits | rule;
}

// Whether a fault whose rule names no field may select the column. Numbers
// cannot contain invalid UTF-8 and cannot be long.
bool MayDraw(FaultKind kind, const Column& column) {
  switch (kind) {
    case FaultKind::kInvalidUtf8:
      return column.type == Type::kString || column.type == Type::kDatetime;
    case FaultKind::kOversize:
      return column.type == Type::kString;
    default:
      return true;
  }
}

std::vector<std::uint16_t> ColumnsFor(const FaultRule& rule, LogType log,
                                      Shape shape) {
  const FieldSet named = FieldsNamed(rule.field)[log];
  std::vector<std::uint16_t> columns;
  const std::span<const Column> all = Columns(log, shape);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (rule.field.empty() ? MayDraw(rule.kind, all[i])
                           : named.Has(all[i].number)) {
      columns.push_back(static_cast<std::uint16_t>(i));
    }
  }
  return columns;
}

// The numbers of the schedules of faults follow those of incidents.
constexpr std::uint32_t kFirstScheduleNumber = 1u << 16;

bool IsAlwaysActive(const When& when) {
  return when.length_ms == 0 && !when.endless && !when.is_random();
}

// Whether a rule of an incident applies to a resource.
bool Concerns(const FaultRule& rule, const Profile& profile) {
  if (rule.incident.empty()) return true;
  const IncidentScope& scope = profile.incidents[rule.incident_number].scope;
  const auto has = [](const std::vector<std::string>& names,
                      const std::string& name) {
    return names.empty() ||
           std::find(names.begin(), names.end(), name) != names.end();
  };
  return has(scope.resources, profile.resource.name) &&
         has(scope.regions, profile.resource.region);
}

}  // namespace

Faults::Faults(const Worlds& worlds, const Job& job) : shape_(job.shape) {
  for (const FaultRule& rule : job.faults) AddRule(rule);
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    const Plan& plan = worlds[i].plan;
    OfResource& own = resources_.emplace_back();
    own.run_key = plan.run().key;
    own.delivery = plan.delivery;
    if (!job.resources.Has(i)) continue;
    for (std::size_t number = 0; number < job.faults.size(); ++number) {
      const FaultRule& rule = job.faults[number];
      OfResource::Times& times = own.times.emplace_back();
      times.never = !Concerns(rule, plan.profile());
      if (IsAlwaysActive(rule.when)) continue;
      times.schedule.emplace(
          rule.when, plan.run(),
          rule.incident.empty()
              ? kFirstScheduleNumber + static_cast<std::uint32_t>(number)
              : rule.incident_number);
    }
  }
}

void Faults::AddRule(const FaultRule& from) {
  const FaultInfo& info = Info(from.kind);
  Rule rule{
      from.kind, ShareOf(from.rate),
      from.logs, Distribution(from.by.value_or(UsualFaultTime(from.kind))),
      {},        from.bytes};
  for (const LogType log : from.logs) {
    if (!info.has_field) break;
    rule.columns[log] = ColumnsFor(from, log, shape_);
    if (rule.columns[log].empty()) rule.logs.Remove(log);
  }
  has_[static_cast<std::size_t>(from.kind)] = true;
  changes_text_ = changes_text_ || !info.moves;
  if (from.kind == FaultKind::kOversize) {
    max_value_bytes_ = std::max(max_value_bytes_, rule.bytes);
  }
  rules_.push_back(std::move(rule));
}

std::uint32_t Faults::max_late_ms() const noexcept {
  std::array<std::uint32_t, kFaultKindCount> late_ms{};
  for (const Rule& rule : rules_) {
    const FaultInfo& info = Info(rule.kind);
    if (!info.moves || !info.has_time) continue;
    std::uint32_t& most_ms = late_ms[static_cast<std::size_t>(rule.kind)];
    most_ms = std::max(most_ms,
                       static_cast<std::uint32_t>(std::max(rule.by.max(), 1)));
  }
  return std::accumulate(late_ms.begin(), late_ms.end(), 0u);
}

bool Faults::Strikes(std::size_t number, std::uint64_t index, std::uint64_t key,
                     const Record& record) const noexcept {
  const LogType log = record.log();
  const Rule& rule = rules_[number];
  const std::uint64_t draw = Draw(key, Purpose::kFault, index);
  if (!rule.logs.Has(log) || !Happens(draw, rule.share)) return false;
  const OfResource& own = resources_[record.resource()];
  const OfResource::Times& times = own.times[number];
  if (times.never) return false;
  if (!times.schedule) return true;
  // The delay is drawn again, because faults may have changed the record's own.
  const auto delay_ms = static_cast<std::uint32_t>((*own.delivery[log])(
      Draw(key, Purpose::kDeliveryDelay, record.sequence)));
  const std::uint32_t strength =
      times.schedule->StrengthAt(record.At(record.time_ms + delay_ms));
  return Happens(draw, rule.share * strength >> 16);
}

TextFault Faults::TextOf(const Rule& rule, std::uint64_t index,
                         std::uint64_t key,
                         const Record& record) const noexcept {
  TextFault fault;
  fault.kind = rule.kind;
  fault.bytes = rule.bytes;
  fault.draw = Draw(key, Purpose::kFaultText, index);
  const auto& columns = rule.columns[record.log()];
  if (!columns.empty()) {
    fault.column = columns[PickBelow(fault.draw, columns.size())];
  }
  if (rule.kind == FaultKind::kClockSkew) {
    fault.skew_ms = rule.by(Draw(key, Purpose::kFaultTime, index));
    if (fault.skew_ms == 0) fault.skew_ms = 1;
  }
  return fault;
}

RecordFaults Faults::Of(std::uint64_t key,
                        const Record& record) const noexcept {
  RecordFaults faults;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    const std::uint64_t index = IndexOf(record, i);
    if (rule.kind == FaultKind::kPartialLine ||
        !Strikes(i, index, key, record)) {
      continue;
    }
    if (!Info(rule.kind).moves) {
      if (!faults.text) faults.text = TextOf(rule, index, key, record);
      continue;
    }
    const auto by_ms = static_cast<std::uint32_t>(
        rule.by(Draw(key, Purpose::kFaultTime, index)));
    switch (rule.kind) {
      case FaultKind::kDrop: {
        RecordFaults dropped;
        dropped.dropped = true;
        return dropped;
      }
      case FaultKind::kDuplicate:
        if (!faults.repeated) faults.repeat_ms = by_ms;
        faults.repeated = true;
        break;
      case FaultKind::kDelay:
        if (faults.delay_ms == 0) faults.delay_ms = std::max(by_ms, 1u);
        break;
      default:
        if (faults.reorder_ms == 0) faults.reorder_ms = std::max(by_ms, 1u);
        break;
    }
  }
  return faults;
}

std::optional<TextFault> Faults::CutOf(const Record& record) const noexcept {
  const std::uint64_t key = KeyOf(record);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const std::uint64_t index = IndexOf(record, i);
    if (rules_[i].kind == FaultKind::kPartialLine &&
        Strikes(i, index, key, record)) {
      return TextOf(rules_[i], index, key, record);
    }
  }
  return std::nullopt;
}

std::vector<FaultLabel> Faults::LabelsOf(const Record& record,
                                         const RecordFaults& faults) const {
  std::vector<FaultLabel> labels;
  if (faults.dropped) labels.push_back({FaultKind::kDrop, {}, {}});
  if (faults.repeated) {
    labels.push_back({FaultKind::kDuplicate, {}, faults.repeat_ms});
  }
  if (faults.delay_ms > 0)
    labels.push_back({FaultKind::kDelay, {}, faults.delay_ms});
  if (faults.reorder_ms > 0) {
    labels.push_back({FaultKind::kReorder, {}, faults.reorder_ms});
  }
  if (faults.text) labels.push_back(LabelOf(record, *faults.text));
  return labels;
}

FaultLabel Faults::LabelOf(const Record& record, const TextFault& fault) const {
  FaultLabel label{
      fault.kind, FieldOf(fault, Columns(record.log(), shape_)), {}};
  if (fault.kind == FaultKind::kClockSkew) label.by_ms = fault.skew_ms;
  return label;
}

void CountFaults(const RecordFaults& faults, FaultCounts& counts) noexcept {
  const auto count = [&counts](FaultKind kind, bool happened) {
    counts[static_cast<std::size_t>(kind)] += happened;
  };
  count(FaultKind::kDrop, faults.dropped);
  count(FaultKind::kDuplicate, faults.repeated);
  count(FaultKind::kDelay, faults.delay_ms > 0);
  count(FaultKind::kReorder, faults.reorder_ms > 0);
  if (faults.text) count(faults.text->kind, true);
}

}  // namespace busyhour::internal
