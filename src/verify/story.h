#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "job/job.h"
#include "logs/cast.h"
#include "scenario/plan.h"

namespace busyhour {

/// The whole history of one call, told for a person.
struct Story {
  struct Fact {
    std::string name;
    std::string value;
  };
  struct Participant {
    std::string kind;
    std::string id;  ///< as in the usage log, empty for one that never joined
    std::int64_t joined_ms = 0;  ///< since the call was answered, as all times
    std::int64_t left_ms = 0;
  };
  /// Something that happened, in the order in which it began.
  struct Event {
    std::int64_t at_ms = 0;
    std::string what;
    std::string why;  ///< of a failure: what was drawn, which incident was on
    std::string operation_id;
  };
  /// A record that the call left, in the order of their delivery.
  struct Entry {
    /// What befell it on its way out, for a person and for a program.
    struct Damage {
      std::string what;
      std::string fault;
      std::string field;  ///< empty for a fault that strikes none
      std::optional<std::int64_t> by_ms;
    };
    std::string log;
    SimTime time;
    SimTime delivery;
    std::string id;  ///< OperationId or RecordId
    std::string what;
    bool is_asked_for = false;  ///< the one whose id was given
    std::vector<Damage> damage;
  };

  CallKey call;
  std::vector<Fact> facts;
  std::vector<Participant> participants;
  std::vector<Event> events;
  std::vector<Entry> records;

  /// As JSON text.
  std::string Json() const;
};

/// Whether a profile and seed make this call. `extent` and `shard` of the job
/// do not matter.
bool CallExists(const Plan& plan, std::uint64_t seed, CallKey call);

/// Why a call that exists is not one of the job's, in words for a person; empty
/// when it is. Simulates all of the job's calls, unless the call itself tells.
std::string WhyNotOfJob(const Plan& plan, const Cast& cast, const Job& job,
                        CallKey call);

/// Tells a call that exists. `asked` is the id by which it was found.
Story StoryOf(const Plan& plan, const Cast& cast, const Job& job, CallKey call,
              std::string_view asked);

}  // namespace busyhour
