#include "verify/recognizer.h"

#include <algorithm>

#include "verify/record_reader.h"

namespace busyhour {
namespace {

std::string_view OwnId(const ReceivedRecord& record, const Detected& detected,
                       LogType log) {
  const auto& places = detected.places[static_cast<std::size_t>(log)];
  const std::span<const Column> columns = Columns(log, detected.shape);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (IsOwnId(columns[i].field) && HasPlace(record, places[i])) {
      return record.values[static_cast<std::size_t>(places[i])].text;
    }
  }
  return {};
}

}  // namespace

std::optional<std::size_t> RecordOf(const SentCall& call, LogType log,
                                    std::uint16_t subject) noexcept {
  for (std::size_t i = 0; i < call.records.size(); ++i) {
    if (call.records[i].subject == subject && call.records[i].log() == log) {
      return i;
    }
  }
  return std::nullopt;
}

Recognizer::Recognizer(const Directory& directory, SentRecords& sent,
                       const Speller& speller, Comparer& comparer)
    : directory_(directory),
      sent_(sent),
      speller_(speller),
      comparer_(comparer),
      text_(speller.max_record_bytes() + kTextPadding) {}

Recognized Recognizer::Recognize(const ReceivedRecord& record,
                                 const Detected& detected,
                                 std::string_view text,
                                 const Encoder* encoder) {
  Recognized found;
  found.match = ByOwnId(record, detected, text, encoder, found.decoded);
  if (!found.match && !found.decoded) {
    found.match = ByOtherIds(record, detected);
  }
  if (found.match && found.match->difference.is_foreign) {
    // It may be a record that got another's id, and is whole but for that.
    const std::optional<Match> other = ByOtherIds(record, detected);
    if (other && other->difference.count() == other->difference.own) {
      found.match = other;
    }
  }
  found.own_id = OwnId(record, detected, detected.log);
  return found;
}

std::optional<Match> Recognizer::ByOwnId(const ReceivedRecord& record,
                                         const Detected& detected,
                                         std::string_view text,
                                         const Encoder* encoder,
                                         bool& decoded) {
  std::optional<Match> best;
  for (const LogType log : kLogTypes) {
    if (!detected.logs[static_cast<std::size_t>(log)]) continue;
    const auto guid = ParseGuid(OwnId(record, detected, log));
    if (!guid) continue;
    const auto identity = directory_.cipher().Decrypt(*guid);
    if (!identity || identity->kind != OwnKind(log)) continue;
    decoded = true;
    SentCall* const call = sent_.Find({identity->slot, identity->ordinal});
    if (call == nullptr) continue;
    const auto number = RecordOf(*call, log, identity->sequence);
    if (!number) continue;
    Match match{call, *number, {}};
    if (encoder == nullptr ||
        speller_.Spell(*call, *number, *encoder, text_.data()) != text) {
      match.difference = comparer_.Compare(*call, *number, record, detected);
    }
    if (!best || match.difference.count() < best->difference.count()) {
      best = match;
    }
  }
  return best;
}

std::optional<Match> Recognizer::ByOtherIds(const ReceivedRecord& record,
                                            const Detected& detected) {
  std::vector<CallKey> tried;
  for (const ReceivedRecord::Value& value : record.values) {
    if (value.kind != ValueKind::kText) continue;
    const auto origin = directory_.OriginOf(value.text);
    if (!origin || !origin->call) continue;
    const CallKey key = *origin->call;
    if (std::find(tried.begin(), tried.end(), key) != tried.end()) continue;
    tried.push_back(key);
    SentCall* const call = sent_.Find(key);
    if (call == nullptr) continue;
    if (auto match = Nearest(record, detected, *call)) return match;
  }
  return std::nullopt;
}

std::optional<Match> Recognizer::Nearest(const ReceivedRecord& record,
                                         const Detected& detected,
                                         SentCall& call) {
  std::optional<Match> best;
  int best_rank = 0;
  for (std::size_t i = 0; i < call.records.size(); ++i) {
    const LogType log = call.records[i].log();
    if (!detected.logs[static_cast<std::size_t>(log)]) continue;
    Match match{&call, i, comparer_.Compare(call, i, record, detected)};
    // A copy of one that was received is nearer to that one than to one that
    // was not; where both are as near, it is the other.
    // And of those one whose own id was meant to be damaged.
    const int rank = 4 * (match.difference.count() - match.difference.own) +
                     (sent_.IsMarked(call, i) ? 2 : 0) +
                     (match.difference.own > 0 ? 1 : 0);
    if (!best || rank < best_rank) {
      best = match;
      best_rank = rank;
    }
  }
  return best;
}

}  // namespace busyhour
