#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The complete history of one call, for display.
struct Story {
  struct Fact {
    std::string name;
    std::string value;
  };
  struct Participant {
    std::string kind;
    std::string id;  ///< as in the usage log
    /// Since the call was answered, like all times here.
    std::int64_t joined_ms = 0;
    std::int64_t left_ms = 0;
  };
  /// Something that happened in the call; sorted by time.
  struct Event {
    std::int64_t at_ms = 0;
    std::string what;
    std::string why;  ///< cause of a failure: drawn outcome, active incidents
    std::string operation_id;
  };
  /// A record of the call; sorted by delivery.
  struct Entry {
    /// A fault of the record, as text and by name.
    struct Damage {
      std::string what;
      std::string fault;
      std::string field;  ///< empty if the fault affects no field
      std::optional<std::int64_t> by_ms;
    };
    std::string log;
    SimTime time;
    SimTime delivery;
    std::string id;  ///< OperationId or RecordId
    std::string what;
    bool is_asked_for = false;  ///< the record whose id was given
    std::vector<Damage> damage;
  };

  CallKey call;
  std::vector<Fact> facts;
  std::vector<Participant> participants;
  std::vector<Event> events;
  std::vector<Entry> records;

  /// As JSON text, on one line.
  std::string JsonLine() const;
  /// The same, indented.
  std::string Json() const;
};

/// All possible ids in a text, in order and without duplicates. The text need
/// not be parsed: a record may be JSON, CSV or a modified log line.
std::vector<std::string> IdsIn(std::string_view text);

/// The history of an existing call. `asked` is the id by which it was found.
Story StoryOf(const Worlds& worlds, const Job& job, CallKey call,
              std::string_view asked);

}  // namespace busyhour::internal
