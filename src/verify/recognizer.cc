#include "verify/recognizer.h"

#include <algorithm>
#include <limits>

#include "verify/record_reader.h"

namespace busyhour {
namespace {

// Ids of more calls than that are in no record of anybody.
constexpr std::size_t kMostCalls = 16;

std::string_view OwnId(const ReceivedRecord& record, const Detected& detected,
                       LogType log) {
  const auto& places = detected.places[log];
  const std::span<const Column> columns = Columns(log, detected.shape);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (IsOwnId(*columns[i].field) && HasPlace(record, places[i])) {
      return record.values[static_cast<std::size_t>(places[i])].text;
    }
  }
  return {};
}

}  // namespace

Recognizer::Recognizer(const Cast& cast, SentRecords& sent,
                       const Speller& speller, Comparer& comparer)
    : cast_(cast),
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
  // Where nothing that is there says otherwise, it is that one. Else it may be
  // another that got this one's id: it has all values of that, or is nearer by
  // more than the id, which is a value as well.
  if (!found.match || found.match->difference.other_values > 0) {
    std::optional<Match> other = Nearest(record, detected);
    const int most = found.match
                         ? std::max(found.match->difference.distance - 2, 0)
                     : found.decoded
                         // Of this seed and not of the job: whole but for that.
                         ? 0
                         : std::numeric_limits<int>::max();
    if (other && other->difference.distance <= most) found.match = other;
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
    if (!detected.logs.Has(log)) continue;
    const auto guid = ParseGuid(OwnId(record, detected, log));
    if (!guid) continue;
    const auto identity = cast_.cipher().Decrypt(*guid);
    if (!identity || identity->kind != OwnKind(log)) continue;
    decoded = true;
    const CallHandle call = sent_.Find({identity->slot, identity->ordinal});
    if (!call) continue;
    // Several records of a session share its id.
    for (std::size_t i = 0; i < call->records.size(); ++i) {
      const Record& sent = call->records[i];
      if (sent.log() != log || SubjectOf(sent) != identity->sequence) continue;
      Match match{call, i, {}};
      if (encoder == nullptr ||
          speller_.Spell(*call, i, *encoder, text_.data()) != text) {
        match.difference = comparer_.Compare(*call, i, record, detected);
      }
      if (!best || IsNearer(match, *best)) best = std::move(match);
    }
  }
  return best;
}

// Of two as near, the one that has not come yet.
bool Recognizer::IsNearer(const Match& a, const Match& b) const noexcept {
  const int closer = a.difference.distance - b.difference.distance;
  return closer < 0 || (closer == 0 && sent_.IsMarked(*b.call, b.record) &&
                        !sent_.IsMarked(*a.call, a.record));
}

std::optional<Match> Recognizer::Nearest(const ReceivedRecord& record,
                                         const Detected& detected) {
  std::vector<CallKey> calls;
  std::vector<Identity> records;  // that are named, wherever their ids stand
  for (const ReceivedRecord::Value& value : record.values) {
    if (value.kind != ValueKind::kText) continue;
    const auto origin = cast_.OriginOf(value.text);
    if (!origin || !origin->call) continue;
    if (std::find(calls.begin(), calls.end(), *origin->call) == calls.end()) {
      if (calls.size() == kMostCalls) break;
      calls.push_back(*origin->call);
    }
    const auto guid = ParseGuid(value.text);
    const auto identity = guid ? cast_.cipher().Decrypt(*guid) : std::nullopt;
    if (identity) records.push_back(*identity);
  }
  const auto is_named = [&](const Record& sent, CallKey key) {
    return std::any_of(
        records.begin(), records.end(), [&](const Identity& identity) {
          return identity.kind == OwnKind(sent.log()) &&
                 identity.slot == key.slot && identity.ordinal == key.ordinal &&
                 identity.sequence == SubjectOf(sent);
        });
  };
  std::optional<Match> best;
  int best_rank = 0;
  for (const CallKey key : calls) {
    const CallHandle call = sent_.Find(key);
    if (!call) continue;
    for (std::size_t i = 0; i < call->records.size(); ++i) {
      const Record& sent = call->records[i];
      if (!detected.logs.Has(sent.log())) continue;
      Match match{call, i, comparer_.Compare(*call, i, record, detected)};
      // Of several as near, one that is named, then one that has not come yet,
      // then one whose own id was meant to be damaged.
      const int rank = 8 * match.difference.distance +
                       (is_named(sent, key) ? 0 : 4) +
                       (sent_.IsMarked(*call, i) ? 2 : 0) +
                       (match.difference.other_id ? 1 : 0);
      if (!best || rank < best_rank) {
        best = std::move(match);
        best_rank = rank;
      }
    }
  }
  return best;
}

}  // namespace busyhour
