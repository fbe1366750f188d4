#include "verify/cause_counter.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "logs/field_names.h"
#include "verify/comparer.h"
#include "verify/equality.h"

namespace busyhour::internal {
namespace {

// Amounts of a change that are counted apart, as many as a table of people can
// show.
constexpr std::size_t kMostAmounts = 8;
// Different reasons of undecodable data. Some contain values of the input.
constexpr std::size_t kMostReasons = 100;
constexpr const char* kOtherReasons = "other reasons";
constexpr std::size_t kMostNames = 4;

const ReceivedRecord::Value* Placed(const ReceivedRecord& record, int place) {
  return HasPlace(record, place)
             ? &record.values[static_cast<std::size_t>(place)]
             : nullptr;
}

// A value that another field rarely has by chance.
bool IsTelling(const ReceivedRecord::Value& value) {
  return value.text.size() >= 3;
}

// The name of the value that is JSON in a text and has the missing value, or
// has the rest of the record; empty if there is none.
std::string TextAround(const Column& column, const Received& received) {
  if (column.parent.empty()) return "";
  for (const ReceivedRecord::Value& each : received.record.values) {
    if (each.kind == ValueKind::kText && each.text.starts_with('{') &&
        Likeness(column.parent, each.name) > 0) {
      return std::string(each.name);
    }
  }
  return "";
}

// Whether amounts of a kind are limits: a number that is rounded to two
// decimals may have only one.
bool IsLimit(ChangeKind kind) {
  return kind == ChangeKind::kTimeCut || kind == ChangeKind::kRounded ||
         kind == ChangeKind::kNumberCut;
}

// Adds to `all` what `one` counts.
void Join(const VerifyCause& one, VerifyCause& all) {
  all.count += one.count;
  all.is_same_value = false;
}

bool GoesBefore(const VerifyCause& a, const VerifyCause& b) {
  return a.is_of_input != b.is_of_input ? a.is_of_input : a.count > b.count;
}

void AppendSorted(std::vector<VerifyCause> causes,
                  std::vector<VerifyCause>& all) {
  std::stable_sort(causes.begin(), causes.end(), GoesBefore);
  all.insert(all.end(), causes.begin(), causes.end());
}

}  // namespace

VerifyExample* CauseCounter::CountChange(LogType log, std::size_t index,
                                         const FieldValue& sent,
                                         const Received& received,
                                         Equality& equality) {
  const Column& column = Columns(log, received.log->shape)[index];
  const ReceivedRecord::Value* const value =
      Placed(received.record, received.log->places[log][index]);
  const Change change = ChangeOf(column, sent, value, equality);
  Changes& changes = changes_[{log, column.name, change.kind}];
  const bool is_first = changes.causes.empty();
  VerifyCause* cause = nullptr;
  for (VerifyCause& each : changes.causes) {
    if (each.by == change.by) cause = &each;
  }
  if (cause == nullptr && changes.causes.size() < kMostAmounts) {
    cause = &changes.causes.emplace_back();
    cause->by = change.by;
  } else if (cause == nullptr) {
    if (!changes.others) changes.others.emplace();
    cause = &*changes.others;
  }
  ++cause->count;
  if (change.kind == ChangeKind::kDropped) {
    if (is_first) {
      FindNames(sent, received, log, changes, equality);
    } else if (!changes.renamed.empty()) {
      std::erase_if(changes.renamed, [&](const std::string& name) {
        return std::none_of(received.record.values.begin(),
                            received.record.values.end(),
                            [&](const ReceivedRecord::Value& each) {
                              return equality.Same(sent, each) &&
                                     PathOf(received.record, each) == name;
                            });
      });
    }
  }
  const std::size_t hash =
      std::hash<std::string_view>()(value == nullptr ? "" : value->text);
  if (cause->count > 1) {
    cause->is_same_value = cause->is_same_value && cause->value_hash == hash;
    return nullptr;
  }
  cause->kind = "altered";
  cause->log = log;
  cause->field = column.name;
  cause->change = change.kind;
  cause->value_hash = hash;
  if (change.kind == ChangeKind::kDropped) {
    cause->in_text = TextAround(column, received);
  }
  return &cause->example;
}

// Finds names that no column has, with the value.
void CauseCounter::FindNames(const FieldValue& sent, const Received& received,
                             LogType log, Changes& changes,
                             Equality& equality) {
  const std::vector<int>& places = received.log->places[log];
  const std::vector<ReceivedRecord::Value>& values = received.record.values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (changes.renamed.size() == kMostNames) return;
    if (IsTelling(values[i]) && equality.Same(sent, values[i]) &&
        std::find(places.begin(), places.end(), static_cast<int>(i)) ==
            places.end()) {
      changes.renamed.push_back(PathOf(received.record, values[i]));
    }
  }
}

VerifyExample* CauseCounter::CountForeign(std::optional<LogType> log,
                                          std::string_view why) {
  VerifyCause& cause = foreign_[{std::string(why), log}];
  if (++cause.count > 1) return nullptr;
  cause.kind = "foreign";
  cause.log = log;
  cause.why = why;
  return &cause.example;
}

VerifyExample* CauseCounter::CountBroken(std::optional<LogType> log,
                                         const std::string& why,
                                         std::size_t bytes, bool is_of_input) {
  auto found = broken_.find({why, log});
  if (found == broken_.end()) {
    const bool is_full = broken_.size() >= kMostReasons;
    found = broken_.try_emplace({is_full ? kOtherReasons : why, log}).first;
  }
  VerifyCause& cause = found->second;
  if (++cause.count > 1) {
    cause.is_same_value = cause.is_same_value && cause.bytes == bytes;
    return nullptr;
  }
  cause.kind = "undecodable";
  cause.log = log;
  cause.why = found->first.first;
  cause.bytes = bytes;
  cause.is_of_input = is_of_input;
  return &cause.example;
}

// The causes with the amounts of a change that stand out, and one for all
// others.
std::vector<VerifyCause> CauseCounter::Sorted(const Changes& changes,
                                              ChangeKind kind) {
  std::vector<VerifyCause> sorted;
  std::optional<VerifyCause> others = changes.others;
  for (const VerifyCause& each : changes.causes) {
    if (others && each.count <= others->count) {
      Join(each, *others);
      continue;
    }
    sorted.push_back(each);
    if (!changes.renamed.empty()) {
      sorted.back().renamed_to = changes.renamed.front();
    }
  }
  if (IsLimit(kind) && sorted.size() > 1) {
    std::stable_sort(
        sorted.begin(), sorted.end(),
        [](const VerifyCause& a, const VerifyCause& b) { return a.by > b.by; });
    for (std::size_t i = 1; i < sorted.size(); ++i) Join(sorted[i], sorted[0]);
    sorted.resize(1);
  }
  if (others) sorted.push_back(std::move(*others));
  return sorted;
}

std::vector<VerifyCause> CauseCounter::Finish() const {
  std::vector<VerifyCause> altered;
  for (const auto& [key, changes] : changes_) {
    std::vector<VerifyCause> causes =
        Sorted(changes, std::get<ChangeKind>(key));
    altered.insert(altered.end(), causes.begin(), causes.end());
  }
  const auto listed = [](const auto& causes) {
    std::vector<VerifyCause> list;
    for (const auto& [key, cause] : causes) list.push_back(cause);
    return list;
  };
  std::vector<VerifyCause> all;
  AppendSorted(std::move(altered), all);
  AppendSorted(listed(foreign_), all);
  AppendSorted(listed(broken_), all);
  return all;
}

}  // namespace busyhour::internal
