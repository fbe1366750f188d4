#include "verify/loss_finder.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/guid.h"
#include "verify/sent_part.h"

namespace busyhour::internal {
namespace {

// With fewer lost records, a common value may be chance.
constexpr std::uint64_t kLeastLost = 5;
constexpr std::size_t kMostValues = 3;
// How much earlier or later shards may begin to lose records than each other if
// they have the same reason (our assumption).
constexpr std::int64_t kShardSkewMs = 10'000;
constexpr auto kSent = static_cast<std::size_t>(VerifySeries::Count::kSent);
constexpr auto kArrived =
    static_cast<std::size_t>(VerifySeries::Count::kArrived);

// Whether a byte of the record selects the field's text.
bool HasTexts(const Field& field) {
  return IsTable(field.kind) && field.at != Field::kSameInAll;
}

bool IsLost(const Record& record) { return (record.marks & kLostMark) != 0; }

std::string_view NameOfField(LogType log, std::size_t field) {
  for (const Column& column : Columns(log, Shape::kResourceLog)) {
    if (column.number == field) return column.name;
  }
  return {};
}

}  // namespace

LossFinder::LossFinder(const Worlds& worlds, VerifyRuns& runs)
    : worlds_(worlds), runs_(runs) {}

void LossFinder::BeginJob(Layout layout, std::uint64_t first_slot,
                          std::uint32_t horizon_ms) {
  blobs_.clear();
  if (layout == Layout::kStorage) blobs_.resize(worlds_.size());
  calendar_.emplace(first_slot, horizon_ms);
  any_received_.fill(false);
  ++jobs_;
}

void LossFinder::Add(CallKey call, std::span<const Record> records) {
  while (calendar_->next_second() < call.slot) TakeSecond();
  calendar_->Add(records);
}

void LossFinder::EndJob() {
  while (!calendar_->empty()) TakeSecond();
  for (Run& run : open_) {
    if (run.records > 0) ends_.push_back(run);
    Close(run);
  }
  for (std::uint32_t resource = 0; resource < blobs_.size(); ++resource) {
    for (const LogType log : kLogTypes) {
      Close(resource, log, blobs_[resource][log]);
    }
  }
}

void LossFinder::TakeSecond() {
  due_.clear();
  calendar_->TakeSecond(due_);
  for (const Record& record : due_) Take(record);
}

void LossFinder::Take(const Record& record) {
  CountTexts(record);
  if (!blobs_.empty()) CountInBlob(record);
  own_times_.Add(record.time(), VerifySeries::Count::kSent);
  if (!IsLost(record)) {
    own_times_.Add(record.time(), VerifySeries::Count::kArrived);
  }
  const LogType log = record.log();
  Run& run = open_[log];
  if (!IsLost(record)) {
    const SimTime at = record.delivery();
    auto& first = pattern_.first_received[log];
    auto& last = pattern_.last_received[log];
    first = std::min(first.value_or(at), at);
    last = std::max(last.value_or(at), at);
    if (run.records > 0 && !any_received_[log]) begins_.push_back(run);
    any_received_[log] = true;
    Close(run);
    return;
  }
  ++lost_[log];
  if (run.records == 0) {
    run.job = jobs_ - 1;
    run.first = record;
  }
  run.last = record;
  ++run.records;
}

void LossFinder::CountTexts(const Record& record) {
  const std::span<const Field* const> fields = Fields(record.log());
  std::vector<Texts>& texts = texts_[record.log()];
  if (texts.empty()) texts.resize(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!HasTexts(*fields[i])) continue;
    const std::uint8_t text = record.ByteAt(fields[i]->at);
    ++texts[i].all[text];
    texts[i].lost[text] += IsLost(record) ? 1 : 0;
  }
}

void LossFinder::CountInBlob(const Record& record) {
  const std::uint32_t resource = record.call().resource;
  Blob& blob = blobs_[resource][record.log()];
  const std::int64_t hour = PeriodOf(Layout::kStorage, record);
  if (hour != blob.hour) Close(resource, record.log(), blob);
  blob.hour = hour;
  ++blob.sent;
  blob.lost += IsLost(record) ? 1 : 0;
}

void LossFinder::Close(std::uint32_t resource, LogType log, Blob& blob) {
  if (blob.lost > 0 && blob.lost == blob.sent) {
    ++pattern_.lost_blobs;
    pattern_.lost_in_blobs += blob.lost;
    if (pattern_.blobs.size() < kMostLostBlobs) {
      pattern_.blobs.push_back(
          {jobs_ - 1, resource, log, SimTime{blob.hour * kMsPerHour}});
    }
  }
  blob = {};
}

void LossFinder::Close(Run& run) {
  if (run.records == 0) return;
  if (runs_.Count("lost", run.records)) {
    runs_.Add({.kind = "lost",
               .log = run.first.log(),
               .job = run.job,
               .records = run.records,
               .from = run.first.delivery(),
               .to = run.last.delivery(),
               .first_id =
                   FormatGuid(worlds_.CastOf(run.first).IdsOf(run.first).id)});
  }
  run.records = 0;
}

std::optional<std::vector<std::string>> LossFinder::TextsOf(
    LogType log, std::size_t field) const {
  std::optional<std::vector<std::string>> same;
  for (const Vocabulary* const words : worlds_.vocabularies()) {
    std::vector<std::string> texts = Fields(log)[field]->texts(*words, log);
    if (!same) {
      same = std::move(texts);
    } else if (*same != texts) {
      return std::nullopt;
    }
  }
  return same;
}

// The field that needs the fewest values to tell the lost records from the
// others.
std::optional<LostPattern::Values> LossFinder::ValuesOf(LogType log) const {
  std::optional<LostPattern::Values> best;
  if (lost_[log] < kLeastLost) return best;
  for (std::size_t i = 0; i < texts_[log].size(); ++i) {
    if (!HasTexts(*Fields(log)[i]) || NameOfField(log, i).empty()) continue;
    const Texts& counts = texts_[log][i];
    const auto texts = TextsOf(log, i);
    if (!texts) continue;
    LostPattern::Values found{std::string(NameOfField(log, i)), {}, 0};
    bool tells_apart = true;
    bool any_received = false;
    for (std::size_t text = 0; text < texts->size(); ++text) {
      any_received = any_received || counts.all[text] > counts.lost[text];
      if (counts.lost[text] == 0) continue;
      tells_apart = tells_apart && counts.lost[text] == counts.all[text];
      found.values.push_back((*texts)[text]);
      found.records += counts.lost[text];
    }
    if (tells_apart && any_received && found.values.size() <= kMostValues &&
        (!best || found.values.size() < best->values.size())) {
      best = std::move(found);
    }
  }
  return best;
}

// The row of periods with the most records in which all are lost, with those
// beside it.
std::optional<LostPattern::Window> LossFinder::LostTimes() const {
  const std::vector<VerifySeries::Counts>& periods = own_times_.periods();
  const auto sent = [&periods](std::size_t i) { return periods[i][kSent]; };
  const auto lost = [&periods](std::size_t i) {
    return periods[i][kSent] - periods[i][kArrived];
  };
  std::size_t best_begin = 0;
  std::size_t best_end = 0;
  std::uint64_t best = 0;
  std::size_t begin = 0;
  std::uint64_t records = 0;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (lost(i) < sent(i)) {
      begin = i + 1;
      records = 0;
      continue;
    }
    records += lost(i);
    if (records > best) {
      best = records;
      best_begin = begin;
      best_end = i + 1;
    }
  }
  if (best == 0) return std::nullopt;
  if (best_begin > 0 && lost(best_begin - 1) > 0) best += lost(--best_begin);
  if (best_end < periods.size() && lost(best_end) > 0) best += lost(best_end++);
  const auto at = [this](std::size_t period) {
    return SimTime{own_times_.begin().ms +
                   static_cast<std::int64_t>(period) * own_times_.period_ms()};
  };
  return LostPattern::Window{at(best_begin), at(best_end),
                             own_times_.period_ms(), best};
}

LostPattern LossFinder::Finish() {
  pattern_.own_times = LostTimes();
  for (const LogType log : kLogTypes) pattern_.values[log] = ValuesOf(log);
  for (const Run& run : begins_) {
    const LogType log = run.first.log();
    if (run.first.delivery() < *pattern_.first_received[log] &&
        run.last.delivery().ms <=
            pattern_.first_received[log]->ms + kShardSkewMs) {
      pattern_.at_begin[log] += run.records;
    }
  }
  for (const Run& run : ends_) {
    const LogType log = run.first.log();
    const auto& last = pattern_.last_received[log];
    if (last && run.last.delivery() > *last &&
        run.first.delivery().ms >= last->ms - kShardSkewMs) {
      pattern_.at_end[log] += run.records;
    }
  }
  return std::move(pattern_);
}

}  // namespace busyhour::internal
