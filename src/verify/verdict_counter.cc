#include "verify/verdict_counter.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/guid.h"
#include "base/time.h"
#include "text/problems.h"
#include "verify/loss_finder.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kShownCharacters = 120;
constexpr std::size_t kMostRuns = 100;  // of each kind

// Printable in a terminal and in JSON.
std::string Shown(std::string_view text) {
  return Printable(text, kShownCharacters);
}

}  // namespace

VerdictCounter::VerdictCounter(const Worlds& worlds, SentRecords& sent,
                               SentEncoder& encoder, Comparer& comparer,
                               std::size_t examples)
    : worlds_(worlds),
      sent_(sent),
      encoder_(encoder),
      comparer_(comparer),
      examples_(examples) {
  verdict_.runs = VerifyRuns(kMostRuns);
  verdict_.series = sent.amounts().series;
  for (std::size_t i = 0; i < sent.shard_count(); ++i) {
    verdict_.jobs.push_back({sent.calls_in(i), sent.sent_in(i)});
  }
  for (const std::uint64_t records : sent.amounts().resources) {
    verdict_.resources.push_back({records, 0});
  }
}

void VerdictCounter::BeginInput(const std::string& name,
                                std::optional<LogType> log) {
  EndInput();
  input_ = Printable(name, kMostPath);
  only_log_ = log;
  several_logs_ = false;
  last_.fill({});
  ours_ = 0;
}

void VerdictCounter::EndInput() {
  EndRuns();
  if (const std::string& reason = comparer_.equality().day_first_reason();
      !reason.empty() && verdict_.day_first.inputs++ == 0) {
    verdict_.day_first.input = input_;
    verdict_.day_first.reason = reason;
  }
  comparer_.equality().BeginInput();
}

void VerdictCounter::AddBytes(const ByteCounts& bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    verdict_.byte_counts[i] += bytes[i];
    verdict_.bytes += bytes[i];
  }
}

bool VerdictCounter::Count(const SentRecord& record, std::uint64_t line,
                           Arrival arrival) {
  const Record& sent = record.record;
  const LogType log = sent.log();
  if (!only_log_) {
    only_log_ = log;
  } else if (*only_log_ != log) {
    several_logs_ = true;
  }
  VerifyCounts& counts = verdict_.logs[log];
  ++counts.received;
  ++ours_;
  if (arrival.is_altered) {
    ++counts.altered;
    verdict_.series.Add(sent.delivery(), VerifySeries::Count::kAltered);
  }
  const std::optional<SentRecords::Seen> seen = sent_.Mark(record);
  if (!seen) {
    CountDuplicate(sent, line, arrival.is_altered);
    return false;
  }
  ++distinct_[log];
  if (!arrival.is_altered) ++counts.intact;
  const SimTime delivery = seen->delivered.delivery();
  if (!seen->is_due) {
    ++early_[log];
    ++verdict_.jobs[record.shard].sent;
    ++verdict_.resources[sent.resource()].sent;
    verdict_.series.Add(delivery, VerifySeries::Count::kSent);
  }
  ++verdict_.jobs[record.shard].arrived;
  ++verdict_.resources[sent.resource()].arrived;
  verdict_.series.Add(delivery, VerifySeries::Count::kArrived);
  if (arrival.is_sure) CountOrder(sent, seen->delivered, line);
  return true;
}

void VerdictCounter::CountDuplicate(const Record& sent, std::uint64_t line,
                                    bool is_altered) {
  VerifyCounts& counts = verdict_.logs[sent.log()];
  ++counts.duplicated;
  if (is_altered) ++counts.altered_copies;
  verdict_.series.Add(sent.delivery(), VerifySeries::Count::kDuplicated);
  AddToRun("duplicated", sent, line);
  if (VerifyExample* const example =
          NewExample("duplicated", sent.log(), line)) {
    Name(sent, *example);
  }
}

void VerdictCounter::CountOrder(const Record& sent, const Record& delivered,
                                std::uint64_t line) {
  const auto position = DeliveryOrder::Of(delivered);
  DeliveryOrder& last = last_[sent.log()];
  if (last < position) {
    last = position;
    EndRuns();
    return;
  }
  ++verdict_.logs[sent.log()].out_of_order;
  verdict_.series.Add(delivered.delivery(), VerifySeries::Count::kOutOfOrder);
  const std::int64_t late = last.delivery_ms - position.delivery_ms;
  verdict_.out_of_order_ms = std::max(verdict_.out_of_order_ms, late);
  AddToRun("out_of_order", delivered, line);
  if (VerifyExample* const example =
          NewExample("out_of_order", sent.log(), line)) {
    Name(sent, *example);
    example->detail =
        "was sent " + std::to_string(late) + " ms before one that came earlier";
  }
}

void VerdictCounter::AddToRun(std::string_view kind, const Record& delivered,
                              std::uint64_t line) {
  if (run_ && run_->kind != kind) EndRuns();
  const SimTime at = delivered.delivery();
  if (!run_) {
    run_ = VerifyRun{
        .kind = kind,
        .log = delivered.log(),
        .records = 0,
        .from = at,
        .to = at,
        .first_id = FormatGuid(worlds_.CastOf(delivered).IdsOf(delivered).id),
        .input = input_,
        .first_line = line,
        .last_line = line};
  }
  ++run_->records;
  run_->from = std::min(run_->from, at);
  run_->to = std::max(run_->to, at);
  run_->last_line = line;
}

void VerdictCounter::EndRuns() {
  if (!run_) return;
  if (verdict_.runs.Count(run_->kind, run_->records)) verdict_.runs.Add(*run_);
  run_.reset();
}

void VerdictCounter::Name(const Record& sent, VerifyExample& example) const {
  example.id = FormatGuid(worlds_.CastOf(sent).IdsOf(sent).id);
  example.time = FormatTime(sent.time());
}

void VerdictCounter::CountArrival(const Record& sent,
                                  const std::optional<ReceivedTime>& arrival) {
  if (!verdict_.latency) verdict_.latency.emplace();
  verdict_.latency->Add(sent.delivery(), arrival);
}

void VerdictCounter::CountAltered(const RecordMatch& match,
                                  const Received& received) {
  const Record& sent = match.call->records[match.record];
  const LogType log = sent.log();
  const std::span<const Column> columns = Columns(log, received.log->shape);
  std::span<const std::string_view> texts;  // as sent
  comparer_.ReadValues(*match.call, match.record);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if ((match.difference.columns >> i & 1) == 0) continue;
    VerifyExample* const first =
        causes_.CountChange(log, i, comparer_.SentValue(columns[i]), received,
                            comparer_.equality());
    VerifyExample* const example = NewExample("altered", log, received.line);
    if (first == nullptr && example == nullptr) continue;
    if (texts.empty()) {
      texts = encoder_.Values(*match.call, match.record, received.log->shape);
    }
    VerifyExample made{"altered", log, input_, received.line};
    Name(sent, made);
    made.detail = columns[i].name;
    made.sent = Shown(texts[i]);
    const int place = received.log->places[log][i];
    made.received =
        HasPlace(received.record, place)
            ? Shown(
                  received.record.values[static_cast<std::size_t>(place)].text)
            : "(not there)";
    if (first != nullptr) *first = made;
    if (example != nullptr) *example = std::move(made);
  }
}

void VerdictCounter::CountForeign(const Received& received, std::string_view id,
                                  const char* why) {
  std::optional<LogType> log;
  if (received.log != nullptr) {
    log = received.log->log;
  } else if (!several_logs_) {
    log = only_log_;
  }
  VerifyCounts& counts = log ? verdict_.logs[*log] : verdict_.total;
  ++counts.received;
  ++counts.foreign;
  VerifyExample* const first = causes_.CountForeign(log, why);
  VerifyExample* const example = NewExample("foreign", log, received.line);
  if (first == nullptr && example == nullptr) return;
  VerifyExample made{"foreign", log, input_, received.line, Shown(id)};
  made.detail = why;
  if (example != nullptr) *example = made;
  if (first == nullptr) return;
  made.time = TextIn(received, [](const Field& field) {
    return field.kind == FieldKind::kTime ||
           field.kind == FieldKind::kShortTime;
  });
  // The last part of the resource's id is its name.
  const std::string resource = TextIn(received, [](const Field& field) {
    return field.tells == Field::Tells::kResource;
  });
  made.received = Shown(resource.substr(resource.rfind('/') + 1));
  *first = std::move(made);
}

template <class IsWanted>
std::string VerdictCounter::TextIn(const Received& received,
                                   const IsWanted& is_wanted) {
  if (received.log == nullptr) return "";
  const LogType log = received.log->log;
  const std::span<const Column> columns = Columns(log, received.log->shape);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int place = received.log->places[log][i];
    if (is_wanted(*columns[i].field) && HasPlace(received.record, place)) {
      return std::string(
          received.record.values[static_cast<std::size_t>(place)].text);
    }
  }
  return "";
}

void VerdictCounter::CountBroken(std::string_view text, std::uint64_t line,
                                 const std::string& why) {
  const std::optional<LogType> log = several_logs_ ? std::nullopt : only_log_;
  ++(log ? verdict_.logs[*log] : verdict_.total).undecodable;
  const std::size_t bytes = text.find_last_not_of("\r\n") + 1;
  VerifyExample* const first = causes_.CountBroken(
      log, why, bytes == kShownBytes ? 0 : bytes, text.empty());
  VerifyExample* const example = NewExample("undecodable", log, line);
  if (first == nullptr && example == nullptr) return;
  VerifyExample made{"undecodable", log, input_, line};
  made.detail = why;
  made.received = Shown(text);
  if (first != nullptr) *first = made;
  if (example != nullptr) *example = std::move(made);
}

VerifyExample* VerdictCounter::NewExample(std::string_view kind,
                                          std::optional<LogType> log,
                                          std::uint64_t line) {
  std::size_t index = 0;
  while (VerifyCountInfos()[index].name != kind) ++index;
  if (shown_[index] >= examples_) return nullptr;
  ++shown_[index];
  VerifyExample& example = verdict_.examples.emplace_back();
  example.kind = kind;
  example.log = log;
  if (kind != "lost") example.input = input_;
  example.line = line;
  return &example;
}

// The runs of lost records, and the first ones as examples.
void VerdictCounter::CountLosses() {
  LossFinder finder(worlds_, verdict_.runs);
  sent_.FindLosses(finder);
  verdict_.lost_pattern = finder.Finish();
  if (examples_ == 0) return;
  sent_.EachUnmarked([&](const SentCall& call, std::size_t record) {
    const Record& sent = call.records[record];
    VerifyExample* const example = NewExample("lost", sent.log(), 0);
    if (example == nullptr) return false;
    Name(sent, *example);
    return true;
  });
}

Verdict VerdictCounter::Finish() {
  EndInput();
  verdict_.calls = sent_.calls();
  bool any_lost = false;
  for (const LogType log : kLogTypes) {
    VerifyCounts& counts = verdict_.logs[log];
    counts.sent = sent_.sent(log) + early_[log];
    verdict_.early += early_[log];
    counts.lost = counts.sent - distinct_[log];
    any_lost = any_lost || counts.lost > 0;
    verdict_.total += counts;
  }
  if (any_lost) CountLosses();
  verdict_.causes = causes_.Finish();
  for (const VerifyCause& cause : verdict_.causes) {
    if (cause.kind == "altered") {
      verdict_.altered_fields[*cause.log][cause.field] += cause.count;
    }
  }
  return std::move(verdict_);
}

}  // namespace busyhour::internal
