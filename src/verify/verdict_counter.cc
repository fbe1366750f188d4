#include "verify/verdict_counter.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/guid.h"
#include "base/time.h"
#include "text/problems.h"

namespace busyhour {
namespace {

constexpr std::size_t kShownCharacters = 120;

// Printable in a terminal and in JSON.
std::string Shown(std::string_view text) {
  return Printable(text, kShownCharacters);
}

}  // namespace

VerdictCounter::VerdictCounter(const Worlds& worlds, SentRecords& sent,
                               SentEncoder& encoder, std::size_t examples)
    : worlds_(worlds), sent_(sent), encoder_(encoder), examples_(examples) {}

void VerdictCounter::BeginInput(const std::string& name,
                                std::optional<LogType> log) {
  input_ = Printable(name, kMostPath);
  only_log_ = log;
  several_logs_ = false;
  last_.fill({});
  ours_ = 0;
}

void VerdictCounter::AddBytes(const ByteCounts& bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    verdict_.byte_counts[i] += bytes[i];
    verdict_.bytes += bytes[i];
  }
}

bool VerdictCounter::Count(const SentCall& call, std::size_t record,
                           std::uint64_t line, bool is_sure) {
  const Record& sent = call.records[record];
  const auto log = static_cast<std::size_t>(sent.log());
  if (!only_log_) {
    only_log_ = sent.log();
  } else if (*only_log_ != sent.log()) {
    several_logs_ = true;
  }
  VerifyCounts& counts = verdict_.logs[log];
  ++counts.received;
  ++ours_;
  const std::optional<SentRecords::Seen> seen = sent_.Mark(call, record);
  if (!seen) {
    ++counts.duplicated;
    if (VerifyExample* const example =
            NewExample("duplicated", sent.log(), line)) {
      example->id = FormatGuid(worlds_.CastOf(sent).IdsOf(sent).id);
      example->time = FormatTime(sent.time());
    }
    return false;
  }
  ++distinct_[log];
  if (!seen->is_due) ++early_[log];
  if (!is_sure) return true;
  const auto position = DeliveryOrder::Of(seen->delivered);
  DeliveryOrder& last = last_[log];
  if (last < position) {
    last = position;
  } else {
    ++counts.out_of_order;
    const std::int64_t late = last.delivery_ms - position.delivery_ms;
    verdict_.out_of_order_ms = std::max(verdict_.out_of_order_ms, late);
    if (VerifyExample* const example =
            NewExample("out_of_order", sent.log(), line)) {
      example->id = FormatGuid(worlds_.CastOf(sent).IdsOf(sent).id);
      example->time = FormatTime(sent.time());
      example->detail = "was sent " + std::to_string(late) +
                        " ms before one that came earlier";
    }
  }
  return true;
}

void VerdictCounter::CountArrival(const Record& sent,
                                  const std::optional<ArrivalTime>& arrival) {
  if (!verdict_.latency) verdict_.latency.emplace();
  verdict_.latency->Add(sent.delivery(), arrival);
}

void VerdictCounter::CountAltered(const RecordMatch& match,
                                  const Received& received) {
  const Record& sent = match.call->records[match.record];
  const auto log = static_cast<std::size_t>(sent.log());
  ++verdict_.logs[log].altered;
  const std::span<const Column> columns =
      Columns(sent.log(), received.log->shape);
  std::span<const std::string_view> texts;  // as sent
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if ((match.difference.columns >> i & 1) == 0) continue;
    ++verdict_.altered_fields[log][std::string(columns[i].name)];
    if (VerifyExample* const example =
            NewExample("altered", sent.log(), received.line)) {
      if (texts.empty()) {
        texts = encoder_.Values(*match.call, match.record, received.log->shape);
      }
      example->id = FormatGuid(worlds_.CastOf(sent).IdsOf(sent).id);
      example->time = FormatTime(sent.time());
      example->detail = columns[i].name;
      example->sent = Shown(texts[i]);
      const int place = received.log->places[log][i];
      example->received =
          HasPlace(received.record, place)
              ? Shown(received.record.values[static_cast<std::size_t>(place)]
                          .text)
              : "(not there)";
    }
  }
}

void VerdictCounter::CountForeign(std::optional<LogType> log,
                                  std::string_view id, const char* why,
                                  std::uint64_t line) {
  if (!log && !several_logs_) log = only_log_;
  VerifyCounts& counts = log ? verdict_.logs[*log] : verdict_.total;
  ++counts.received;
  ++counts.foreign;
  if (VerifyExample* const example = NewExample("foreign", log, line)) {
    example->id = Shown(id);
    example->detail = why;
  }
}

void VerdictCounter::CountBroken(std::string_view text, std::uint64_t line,
                                 const std::string& why) {
  const std::optional<LogType> log = several_logs_ ? std::nullopt : only_log_;
  ++(log ? verdict_.logs[*log] : verdict_.total).undecodable;
  if (VerifyExample* const example = NewExample("undecodable", log, line)) {
    example->detail = why;
    example->received = Shown(text);
  }
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

Verdict VerdictCounter::Finish() {
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
  if (any_lost && examples_ > 0) {
    sent_.EachUnmarked([&](const SentCall& call, std::size_t record) {
      const Record& sent = call.records[record];
      VerifyExample* const example = NewExample("lost", sent.log(), 0);
      if (example == nullptr) return false;
      example->id = FormatGuid(worlds_.CastOf(sent).IdsOf(sent).id);
      example->time = FormatTime(sent.time());
      return true;
    });
  }
  return std::move(verdict_);
}

}  // namespace busyhour
