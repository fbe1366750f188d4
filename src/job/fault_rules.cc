#include "job/fault_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/nearest.h"
#include "base/units.h"
#include "encode/shape.h"
#include "job/option.h"
#include "logs/field_names.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

// The shortest text that identifies the number.
std::string NumberText(double number) {
  std::array<char, 32> text;
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end};
}

std::string KindHint(std::string_view word) {
  const std::vector<std::string_view> names = NamesOf(FaultInfos());
  const std::string hint = DidYouMean(word, names);
  return hint.empty() ? "; it is one of " + EitherOf(names) : hint;
}

bool StandsAlone(const FrameInfo& frame) { return frame.stands_alone; }
bool HasNames(const FrameInfo& frame) {
  return frame.style == RowStyle::kObject && !frame.is_columnar;
}

// Whether one of the rule's logs has one of the fields.
bool HasField(const FaultRule& rule, Shape shape,
              const PerLog<FieldSet>& fields) {
  for (const LogType log : rule.logs) {
    for (const Column& column : Columns(log, shape)) {
      if (fields[log].Has(column.number)) return true;
    }
  }
  return false;
}

// Why none of the rule's logs has its field in any of the shapes; empty if one
// has it.
std::string FieldObjection(const FaultRule& rule,
                           std::span<const ShapeInfo> shapes) {
  const PerLog<FieldSet> fields = FieldsNamed(rule.field);
  if (!AnyOf(fields)) {
    const std::vector<std::string_view> names = AllColumnNames();
    std::string hint = DidYouMean(rule.field, names);
    if (hint.empty()) hint = "; busyhour schema LOG lists them";
    return Quoted(rule.field) + " is not a field of any log" + hint;
  }
  for (const ShapeInfo& shape : shapes) {
    if (HasField(rule, shape.shape, fields)) return {};
  }
  std::string objection =
      Quoted(rule.field) + " is not a field of the rule's logs";
  if (shapes.size() == 1) {
    objection.append(" in shape ").append(shapes.front().name);
  }
  return objection;
}

Problem ProblemOf(const std::string& profile, std::size_t rule, const char* key,
                  std::string message) {
  return {"profile " + profile, 0, 0,
          "/faults/" + std::to_string(rule) + '/' + key, std::move(message)};
}

// Why a rule's kind cannot be combined with the rest of the job; empty if it
// can.
std::string KindObjection(const FaultRule& rule, const Job& job) {
  const FaultInfo& info = Info(rule.kind);
  const std::string kind = Quoted(info.name);
  const FrameInfo& frame = Info(job.frame);
  if (frame.is_columnar && !info.moves) {
    return kind + " changes the text of a record, which frame " +
           std::string(frame.name) + " does not have; use frame jsonl";
  }
  if (info.needs_lines && !StandsAlone(frame)) {
    return kind + " in frame " + std::string(frame.name) +
           " would make a whole message unreadable; use frame " +
           FrameNames(StandsAlone);
  }
  if (info.needs_names && !HasNames(frame)) {
    return kind + " requires records that name their fields; use frame " +
           FrameNames(HasNames);
  }
  if (rule.kind == FaultKind::kPartialLine &&
      job.layout == Layout::kDataExport) {
    return kind +
           " cannot be combined with --layout data-export: its files are not "
           "in order of delivery, which determines the last record";
  }
  if (!info.moves && job.compression == Compression::kLz4) {
    return kind +
           " cannot be combined with --compress lz4, which uses prepared text; "
           "use gzip or zstd";
  }
  return {};
}

}  // namespace

void ReadFaultRule(std::string_view text, std::vector<FaultRule>& rules,
                   const std::function<void(std::string message)>& refuse) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) {
    refuse(Quoted(text) +
           " does not have the form kind=rate, such as drop=0.001 or "
           "corrupt=0.1%");
    return;
  }
  const std::string_view name = text.substr(0, equals);
  const std::string_view rate = text.substr(equals + 1);
  const auto& infos = FaultInfos();
  const auto info =
      std::find_if(infos.begin(), infos.end(),
                   [&](const FaultInfo& each) { return each.name == name; });
  if (info == infos.end()) {
    refuse(Quoted(name) + " is not a kind of fault" + KindHint(name));
  }
  const std::optional<double> share = ParseShare(rate);
  if (!share) {
    refuse(Quoted(rate) + " is not a share from 0 to 1, such as 0.001 or 0.1%");
  }
  if (info == infos.end() || !share) return;
  FaultRule& rule = rules.emplace_back();
  rule.kind = static_cast<FaultKind>(info - infos.begin());
  rule.rate = *share;
}

std::vector<FaultRule> FaultsOf(const std::vector<Incident>& incidents) {
  std::vector<FaultRule> rules;
  for (std::uint32_t number = 0; number < incidents.size(); ++number) {
    const Incident& incident = incidents[number];
    const IncidentDelivery& delivery = incident.delivery;
    const auto add = [&](FaultKind kind, double share) {
      if (share <= 0) return;
      FaultRule rule;
      rule.kind = kind;
      rule.rate = incident.enabled ? share : 0.0;
      rule.when = incident.when;
      rule.incident = incident.name;
      rule.incident_number = number;
      if (kind == FaultKind::kDelay) rule.by = delivery.delay;
      rules.push_back(std::move(rule));
    };
    add(FaultKind::kDrop, delivery.missing_share);
    add(FaultKind::kDelay, delivery.delayed_share);
    add(FaultKind::kDuplicate, delivery.duplicated_share);
  }
  return rules;
}

std::vector<std::string> AddedFaults(const Job& job) {
  std::vector<std::string> words;
  for (std::size_t i = job.faults.size() - job.added_faults;
       i < job.faults.size(); ++i) {
    words.push_back(std::string(Info(job.faults[i].kind).name) + '=' +
                    NumberText(job.faults[i].rate));
  }
  return words;
}

std::string FaultText(const FaultRule& rule) {
  std::string text = std::string(Info(rule.kind).name) + ' ' +
                     NumberText(rule.rate * 100) + " %";
  if (!rule.field.empty()) text += " of " + rule.field;
  if (rule.logs != LogSet::All()) {
    const char* separator = " in ";
    for (const LogType log : rule.logs) {
      text.append(separator).append(Info(log).name);
      separator = " and ";
    }
  }
  const std::string when = WhenText(rule.when);
  if (!when.empty()) text += ", " + when;
  if (!rule.incident.empty()) text += ", incident " + Quoted(rule.incident);
  return text;
}

void CheckFaultFields(const std::vector<FaultRule>& rules,
                      const std::string& profile,
                      std::vector<Problem>& problems) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].field.empty()) continue;
    std::string objection = FieldObjection(rules[i], Shapes());
    if (objection.empty()) continue;
    problems.push_back(ProblemOf(profile, i, "field", std::move(objection)));
  }
}

void CheckFaults(const Job& job, const std::string& profile,
                 std::vector<Problem>& problems) {
  constexpr std::size_t kMostAdded = 50;
  if (job.added_faults > kMostAdded) {
    problems.push_back({"--fault", 0, 0, "",
                        "is given " + std::to_string(job.added_faults) +
                            " times; at most " + std::to_string(kMostAdded)});
    return;
  }
  const std::size_t of_profile = job.faults.size() - job.added_faults;
  for (std::size_t i = 0; i < job.faults.size(); ++i) {
    const FaultRule& rule = job.faults[i];
    const auto refuse = [&](const char* key, std::string message) {
      if (message.empty()) return;
      if (i >= of_profile) {
        problems.push_back({"--fault", 0, 0, "", std::move(message)});
      } else {
        problems.push_back(ProblemOf(profile, i, key, std::move(message)));
      }
    };
    refuse("kind", KindObjection(rule, job));
    if (!rule.field.empty()) {
      refuse("field", FieldObjection(rule, {&Info(job.shape), 1}));
    }
  }
}

}  // namespace busyhour::internal
