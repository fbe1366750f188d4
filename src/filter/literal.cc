#include "filter/literal.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/statuses.h"
#include "filter/call_properties.h"

namespace busyhour::internal {
namespace {

// Of several ranges with numbers on both sides, the others are not considered.
constexpr std::size_t kMostSplit = 3;

// Sets of events as bits: requests by operation and status, media by outcome,
// notes by kind and outcome.
class EventBits {
 public:
  EventBits() = default;
  // Those of `events` that are possible.
  EventBits(const EventSet& events, const PossibleEvents& possible) {
    for (std::size_t i = 0; i < kOperationCount; ++i) {
      if ((events.operations & BitOf(i)) == 0) continue;
      bits_[i] = events.statuses & possible.statuses[i];
    }
    bits_[kMedia] = events.media & possible.media;
    NotesOf(events.note) = events.note_outcomes & possible.NotesOf(events.note);
  }

  // The accepted requests that cause these events, one for each at least;
  // nothing if requests are among them, or what no request causes.
  std::optional<EventBits> Causes() const {
    EventBits left = *this;
    EventBits causes;
    const auto take = [&](std::uint64_t& events,
                          std::initializer_list<Operation> operations) {
      if (std::exchange(events, 0) == 0) return;
      for (const Operation operation : operations) {
        causes.bits_[static_cast<std::size_t>(operation)] =
            BitOf(kSuccessStatusCount) - 1;
      }
    };
    std::uint64_t plays = left.bits_[kMedia] & PlayOutcomes();
    left.bits_[kMedia] &= ~plays;
    take(plays, {Operation::kPlay});
    take(left.bits_[kMedia], {Operation::kRecognize});
    take(left.NotesOf(Note::Kind::kNotConnected), {Operation::kCreateCall});
    take(left.NotesOf(Note::Kind::kInvited),
         {Operation::kAddParticipant, Operation::kMoveParticipants});
    take(left.NotesOf(Note::Kind::kTransferred),
         {Operation::kTransferCallToParticipant});
    if (!left.IsEmpty() || causes.IsEmpty()) return std::nullopt;
    return causes;
  }

  // How many of them calls of the kind have at most.
  std::uint64_t MostIn(const CallKind& kind) const {
    std::uint64_t most = 0;
    for (std::size_t i = 0; i < kOperationCount; ++i) {
      if (bits_[i] != 0) most += kind.most_requests_of[i];
    }
    return AreRequests() ? std::min(most, kind.most_requests)
                         : NumberRange::kLargest;
  }

  bool AreRequests() const {
    return std::all_of(bits_.begin() + kMedia, bits_.end(),
                       [](std::uint64_t bits) { return bits == 0; });
  }
  template <class Take>
  void EachOperation(const Take& take) const {
    for (std::size_t i = 0; i < kOperationCount; ++i) {
      if (bits_[i] != 0) take(i);
    }
  }

  bool IsEmpty() const { return *this == EventBits(); }
  bool IsAmong(const EventBits& others) const {
    EventBits left = *this;
    left.Remove(others);
    return left.IsEmpty();
  }
  void Add(const EventBits& others) {
    for (std::size_t i = 0; i < kWords; ++i) bits_[i] |= others.bits_[i];
  }
  void Remove(const EventBits& others) {
    for (std::size_t i = 0; i < kWords; ++i) bits_[i] &= ~others.bits_[i];
  }
  bool Meets(const EventBits& others) const {
    EventBits left = *this;
    left.Remove(others);
    return left != *this;
  }

  friend bool operator==(const EventBits&, const EventBits&) = default;

 private:
  static constexpr std::size_t kMedia = kOperationCount;
  static constexpr std::size_t kWords = kMedia + 1 + Note::kKinds;

  static std::uint64_t PlayOutcomes() {
    std::uint64_t outcomes = 0;
    for (std::size_t i = 0; i < kOutcomeCount; ++i) {
      if (Outcomes()[i].activity == Activity::kPlay) outcomes |= BitOf(i);
    }
    return outcomes;
  }
  std::uint64_t& NotesOf(Note::Kind kind) {
    return bits_[kMedia + 1 + static_cast<std::size_t>(kind)];
  }

  std::array<std::uint64_t, kWords> bits_{};
};

// A call has at least, or at most, so many of these events.
struct EventCount {
  EventBits events;
  std::uint64_t count = 0;
};

// What the claims about a call of a kind require, all together.
class Requirements {
 public:
  explicit Requirements(const CallKind& kind) : kind_(kind) {}

  void Add(const HowOften& often, const NumberRange& range) {
    const EventBits events(often.events, kind_.events);
    if (range.least > range.most) contradicts_ = true;
    if (range.least > 0) at_least_.push_back({events, range.least});
    if (range.most < NumberRange::kLargest) {
      at_most_.push_back({events, range.most});
    }
  }
  void Add(const InOrder& order) {
    std::vector<EventBits> all;
    EventBits any;
    for (const EventSet& events : order.events) {
      all.emplace_back(events, kind_.events);
      any.Add(all.back());
    }
    for (const EventBits& each : all) {
      const auto same = std::count_if(
          all.begin(), all.end(),
          [&](const EventBits& other) { return other.IsAmong(each); });
      at_least_.push_back({each, static_cast<std::uint64_t>(same)});
    }
    at_least_.push_back({any, all.size()});
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = i + 1; j < all.size(); ++j) {
        if (!CanFollow(all[i], all[j])) contradicts_ = true;
      }
    }
  }
  void Add(const CallQuantity& quantity, const NumberRange& range) {
    const auto [least, most] = quantity.in(kind_);
    NumberRange& all =
        numbers_.try_emplace(&quantity, NumberRange{least, most}).first->second;
    all.least = std::max(all.least, range.least);
    all.most = std::min(all.most, range.most);
    if (all.least > all.most) contradicts_ = true;
  }
  void Add(const IsWord& word, bool is_other) {
    const CallProperty& property = *word.property;
    Words& words = words_[&property];
    (is_other ? words.excluded : words.needed).insert(word.word);
  }

  // Whether a call can have all of it.
  bool AreMet() const { return !contradicts_ && WordsFit() && CountsFit(); }

 private:
  struct Words {
    std::set<std::string_view> needed;
    std::set<std::string_view> excluded;
  };

  // Whether some of `later` can happen after some of `earlier`, by the order of
  // the steps. Of what is no request, this is not known.
  bool CanFollow(const EventBits& earlier, const EventBits& later) const {
    if (!earlier.AreRequests() || !later.AreRequests()) return true;
    std::uint64_t possible = 0;
    earlier.EachOperation(
        [&](std::size_t i) { possible |= kind_.later_requests[i]; });
    bool can = false;
    later.EachOperation(
        [&](std::size_t i) { can = can || (possible & BitOf(i)) != 0; });
    return can;
  }

  bool WordsFit() const {
    return std::all_of(words_.begin(), words_.end(), [&](const auto& entry) {
      const auto& [property, words] = entry;
      std::set<std::string_view> possible;
      for (const std::string_view word : property->in(kind_)) {
        if (words.excluded.count(word) == 0) possible.insert(word);
      }
      const auto& needed = words.needed;
      const bool are_alone =
          needed.size() < 2 ||
          (property->is_many && needed.count(kNoneWord) == 0);
      return !possible.empty() && are_alone &&
             std::includes(possible.begin(), possible.end(), needed.begin(),
                           needed.end());
    });
  }

  bool CountsFit() const {
    std::vector<EventCount> at_least;
    EventBits never;
    for (const EventCount& each : at_most_) {
      if (each.count == 0) never.Add(each.events);
    }
    const auto take = [&](EventCount each) {
      each.events.Remove(never);
      if (each.events.IsEmpty() || each.count > each.events.MostIn(kind_)) {
        return false;
      }
      at_least.push_back(each);
      return true;
    };
    for (EventCount each : at_least_) {
      if (!take(each)) return false;
      each.events.Remove(never);
      if (const auto causes = each.events.Causes()) {
        if (!take({Possible(*causes), each.count})) return false;
      }
    }
    return std::all_of(at_most_.begin(), at_most_.end(),
                       [&](const EventCount& most) {
                         return LeastAmong(at_least, most.events) <= most.count;
                       });
  }

  // How many events of `among` a call has at least.
  static std::uint64_t LeastAmong(const std::vector<EventCount>& at_least,
                                  const EventBits& among) {
    std::uint64_t largest = 0;
    std::uint64_t sum = 0;
    EventBits counted;
    for (const EventCount& each : at_least) {
      if (!each.events.IsAmong(among)) continue;
      largest = std::max(largest, each.count);
      if (each.events.Meets(counted)) continue;
      counted.Add(each.events);
      sum += std::min(each.count, NumberRange::kLargest - sum);
    }
    return std::max(largest, sum);
  }

  EventBits Possible(const EventBits& events) const {
    EventBits all(EventSet{.operations = ~std::uint64_t{0}}, kind_.events);
    EventBits impossible = events;
    impossible.Remove(all);
    EventBits possible = events;
    possible.Remove(impossible);
    return possible;
  }

  const CallKind& kind_;
  bool contradicts_ = false;
  std::vector<EventCount> at_least_;
  std::vector<EventCount> at_most_;
  std::map<const CallQuantity*, NumberRange> numbers_;
  std::map<const CallProperty*, Words> words_;
};

NumberRange RangeIn(const Literal& literal) {
  NumberRange range;
  if (const auto* often = std::get_if<HowOften>(&literal.claim->says)) {
    range = often->range;
  } else {
    range = std::get<HowMuch>(literal.claim->says).range;
  }
  return literal.is_negated ? range.Others() : range;
}

// Adds the claim with these numbers.
void Add(const Claim& claim, const NumberRange& range, Requirements& to) {
  if (const auto* often = std::get_if<HowOften>(&claim.says)) {
    to.Add(*often, range);
  } else {
    to.Add(*std::get<HowMuch>(claim.says).quantity, range);
  }
}

// Whether a call of the kind can have the claims from `next` on, too.
bool IsMet(Requirements so_far, const std::vector<Literal>& literals,
           std::size_t next, std::size_t split) {
  for (; next < literals.size(); ++next) {
    const Literal& literal = literals[next];
    const auto& says = literal.claim->says;
    if (const auto* order = std::get_if<InOrder>(&says)) {
      if (!literal.is_negated) so_far.Add(*order);
      continue;
    }
    if (const auto* word = std::get_if<IsWord>(&says)) {
      so_far.Add(*word, word->is_other != literal.is_negated);
      continue;
    }
    const std::vector<NumberRange> pieces = RangeIn(literal).Pieces();
    if (pieces.size() == 1) {
      Add(*literal.claim, pieces.front(), so_far);
      continue;
    }
    if (split == kMostSplit) continue;
    return std::any_of(
        pieces.begin(), pieces.end(), [&](const NumberRange& piece) {
          Requirements with_piece = so_far;
          Add(*literal.claim, piece, with_piece);
          return IsMet(std::move(with_piece), literals, next + 1, split + 1);
        });
  }
  return so_far.AreMet();
}

}  // namespace

bool CanHaveAll(const CallKind& kind, const std::vector<Literal>& literals) {
  return IsMet(Requirements(kind), literals, 0, 0);
}

}  // namespace busyhour::internal
