#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/possible_events.h"
#include "scenario/call.h"

// The words of expressions for what happens in a call.

namespace busyhour::internal {

/// A kind of event in a call: requests, the ends of plays and recognizes, and
/// what other people do.
struct EventSet {
  /// Bits by `Operation`; requests with an answer among `statuses`, which are
  /// bits by the index in `Statuses()`.
  std::uint64_t operations = 0;
  std::uint64_t statuses = ~std::uint64_t{0};
  /// Bits by `Outcome`: ends of plays and recognizes.
  std::uint64_t media = 0;
  /// Notes of this kind, with an outcome among these bits.
  Note::Kind note = Note::Kind::kSent;
  std::uint64_t note_outcomes = 0;

  /// Whether some of them are only in `Call::notes`.
  bool has_notes() const noexcept { return note_outcomes != 0; }
  /// Whether some of these events are possible.
  bool IsAmong(const PossibleEvents& possible) const noexcept {
    for (std::size_t i = 0; i < possible.statuses.size(); ++i) {
      if (Has(operations, i) && (statuses & possible.statuses[i]) != 0) {
        return true;
      }
    }
    return (media & possible.media) != 0 ||
           (note_outcomes & possible.notes[static_cast<std::size_t>(note)]) !=
               0;
  }
  /// Calls `take(at_ms)` for each event of the call that is one of these. Their
  /// order is not that of time.
  template <class Take>
  void EachIn(const Call& call, const Take& take) const {
    for (const Request& request : call.requests) {
      if (Has(operations, request.operation) &&
          (statuses >> request.status & 1) != 0) {
        take(request.at_ms);
      }
    }
    for (const Media& each : call.media) {
      if (!Has(media, each.outcome)) continue;
      take(call.requests[each.request].answered_ms() + each.duration_ms);
    }
    if (!has_notes()) return;
    for (const Note& each : call.notes) {
      if (each.kind == note && Has(note_outcomes, each.outcome)) {
        take(each.at_ms);
      }
    }
  }

 private:
  template <class Index>
  static bool Has(std::uint64_t bits, Index index) noexcept {
    return (bits >> static_cast<unsigned>(index) & 1) != 0;
  }
};

/// The events with this name; nothing if there are none.
std::optional<EventSet> EventsNamed(std::string_view name);
/// All names, for messages.
const std::vector<std::string_view>& EventNames();

/// Limits requests to those with this answer: a status (`429`), a class of them
/// (`4xx`), `accepted` or `refused`. Limits media operations to those with this
/// code or subcode (`8510`). False if nothing is left.
bool Limit(EventSet& events, std::string_view answer);

/// The codes and subcodes by which media operations can be limited, for
/// messages: `500 or 8534`, or that the events have none.
std::string CodesOf(const EventSet& events);

}  // namespace busyhour::internal
