#include "verify/record_matcher.h"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace busyhour::internal {
namespace {

// No record contains the ids of more calls.
constexpr std::size_t kMostMatches = 16;

std::string_view OwnIdIn(const Received& received, LogType log) {
  const auto& places = received.log->places[log];
  const std::span<const Column> columns = Columns(log, received.log->shape);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (IsOwnId(*columns[i].field) && HasPlace(received.record, places[i])) {
      return received.record.values[static_cast<std::size_t>(places[i])].text;
    }
  }
  return {};
}

// The calls and objects whose ids are in a record, in any field.
struct Named {
  std::vector<CallKey> calls;
  std::vector<std::pair<Identity, std::uint32_t>> ids;  // and their resources

  bool Has(const Record& record, CallKey call) const {
    const std::pair id(Identity{OwnKind(record.log()), call.slot, call.ordinal,
                                SubjectOf(record)},
                       call.resource);
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  }
};

Named NamedIn(const ReceivedRecord& record, const Worlds& worlds) {
  Named named;
  std::vector<CallKey>& calls = named.calls;
  for (const ReceivedRecord::Value& value : record.values) {
    if (value.kind != ValueKind::kText) continue;
    const auto guid = ParseAnyGuid(value.text);
    const auto origin =
        worlds.OriginOf(guid ? FormatGuid(*guid) : std::string(value.text));
    if (!origin || !origin->call) continue;
    if (std::find(calls.begin(), calls.end(), *origin->call) == calls.end()) {
      if (calls.size() == kMostMatches) break;
      calls.push_back(*origin->call);
    }
    const auto identity = guid ? worlds.Decrypt(*guid) : std::nullopt;
    if (identity) named.ids.push_back(*identity);
  }
  return named;
}

// The number of values that do not speak for the record. A truncated record has
// no value to compare, so it must not be the nearest one of its call.
int Unmatched(const Difference& difference) {
  return difference.distance + difference.struck;
}

}  // namespace

RecordMatcher::RecordMatcher(const Worlds& worlds, SentRecords& sent,
                             SentEncoder& encoder, Comparer& comparer)
    : worlds_(worlds), sent_(sent), encoder_(encoder), comparer_(comparer) {}

MatchResult RecordMatcher::Match(const Received& received) {
  MatchResult found;
  found.match = ByOwnId(received, found.decoded);
  // If no value that is present differs, this is the record. Otherwise, the
  // record may be another one whose id was replaced. That one must match in all
  // values, or be nearer by at least two values, because its id differs, too.
  if (!found.match || found.match->difference.other_values > 0) {
    std::optional<RecordMatch> other = Nearest(received);
    const int most = found.match
                         ? std::max(found.match->difference.distance - 2, 0)
                     : found.decoded
                         // The id is of this seed, but not of this job: all
                         // other values must match.
                         ? 0
                         : std::numeric_limits<int>::max();
    if (other && Unmatched(other->difference) <= most) found.match = other;
  }
  found.own_id = OwnIdIn(received, received.log->log);
  return found;
}

std::optional<RecordMatch> RecordMatcher::ByOwnId(const Received& received,
                                                  bool& decoded) {
  const DetectedLog& detected = *received.log;
  const Encoder* const row = encoder_.row(received.form, detected.shape);
  std::optional<RecordMatch> best;
  for (const LogType log : detected.logs) {
    const auto guid = ParseAnyGuid(OwnIdIn(received, log));
    if (!guid) continue;
    const auto known = worlds_.Decrypt(*guid);
    if (!known || known->first.kind != OwnKind(log)) continue;
    decoded = true;
    const Identity& identity = known->first;
    const auto compare = [&](const CallHandle& call) {
      // Several records of a session share its id.
      for (std::size_t i = 0; i < call->records.size(); ++i) {
        const Record& sent = call->records[i];
        if (sent.log() != log || SubjectOf(sent) != identity.sequence) continue;
        RecordMatch match{call, i, {}};
        if (row == nullptr ||
            encoder_.Encode(*call, i, *row) != received.text) {
          match.difference =
              comparer_.Compare(*call, i, received.record, detected);
        }
        if (!best || IsNearer(match, *best)) best = std::move(match);
      }
    };
    sent_.EachOf({identity.slot, identity.ordinal, known->second}, compare);
  }
  return best;
}

// Whether `a` is nearer than `b`, or as near and, unlike `b`, not received yet.
bool RecordMatcher::IsNearer(const RecordMatch& a,
                             const RecordMatch& b) const noexcept {
  const int closer = a.difference.distance - b.difference.distance;
  return closer < 0 || (closer == 0 && sent_.IsMarked(*b.call, b.record) &&
                        !sent_.IsMarked(*a.call, a.record));
}

// The nearest record of all calls whose ids are in the received record.
std::optional<RecordMatch> RecordMatcher::Nearest(const Received& received) {
  const DetectedLog& detected = *received.log;
  const Named named = NamedIn(received.record, worlds_);
  std::optional<RecordMatch> best;
  int best_rank = 0;
  for (const CallKey key : named.calls) {
    sent_.EachOf(key, [&](const CallHandle& call) {
      for (std::size_t i = 0; i < call->records.size(); ++i) {
        const Record& sent = call->records[i];
        if (!detected.logs.Has(sent.log())) continue;
        RecordMatch match{
            call, i, comparer_.Compare(*call, i, received.record, detected)};
        // Of records that are equally near, prefer one whose id is in the
        // received record, then one that was not received yet, then one whose
        // own id was expected to be damaged.
        const int rank = 8 * Unmatched(match.difference) +
                         (named.Has(sent, key) ? 0 : 4) +
                         (sent_.IsMarked(*call, i) ? 2 : 0) +
                         (match.difference.other_id ? 1 : 0);
        if (!best || rank < best_rank) {
          best = std::move(match);
          best_rank = rank;
        }
      }
    });
  }
  return best;
}

}  // namespace busyhour::internal
