#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/distribution.h"
#include "base/stream.h"
#include "conditions/schedule.h"
#include "encode/damage.h"
#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The second delivery of a record, `ms` after the first.
inline Record CopyOf(Record delivered, std::uint32_t ms) noexcept {
  delivered.Mark(Record::kCopy);
  delivered.delivery_ms += ms;
  return delivered;
}

/// The effects of faults on one record.
struct RecordFaults {
  bool dropped = false;
  bool repeated = false;
  std::uint32_t delay_ms = 0;    ///< 0 for none
  std::uint32_t reorder_ms = 0;  ///< 0 for none
  std::uint32_t repeat_ms = 0;   ///< from its delivery to that of its copy
  std::optional<TextFault> text;

  bool any() const noexcept {
    return dropped || repeated || delay_ms > 0 || reorder_ms > 0 || text;
  }
  /// How much later it is delivered than without faults.
  std::uint32_t late_ms() const noexcept { return delay_ms + reorder_ms; }

  /// Calls `take` with the record of each delivery: not at all if it is
  /// dropped, a second time for its copy.
  template <class Take>
  void EachDelivery(Record record, const Take& take) const {
    if (dropped) return;
    record.delivery_ms += late_ms();
    if (text) record.Mark(Record::kDamaged);
    take(record);
    if (repeated) take(CopyOf(record, repeat_ms));
  }
};

/// One fault of a record, for a label.
struct FaultLabel {
  FaultKind kind = FaultKind::kDrop;
  std::string_view field;  ///< empty if the fault concerns no field
  std::optional<std::int64_t> by_ms;
};

/// The faults of a job. Their effects on a record are a function of the key
/// of the run and the record alone.
///
/// For each kind that changes the delivery, only the first rule that strikes
/// the record has an effect. The same holds for all kinds that change the text,
/// taken together. In addition, the last record of a stream may be truncated.
/// Each rule has its own draws, so a rule that is added at the end does not
/// change those of the others. Constant after construction: any number of
/// threads may share it.
class Faults {
 public:
  /// `worlds` must outlive it.
  Faults(const Worlds& worlds, const Job& job);

  bool empty() const noexcept { return rules_.empty(); }
  /// Whether there is a rule of this kind.
  bool has(FaultKind kind) const noexcept {
    return has_[static_cast<std::size_t>(kind)];
  }
  /// Whether any rule changes the text of records.
  bool changes_text() const noexcept { return changes_text_; }
  /// Maximum delay of a record or its copy.
  std::uint32_t max_late_ms() const noexcept;
  /// Maximum size of an oversized value; 0 if there are none.
  std::uint32_t max_value_bytes() const noexcept { return max_value_bytes_; }

  /// `key` is the stream key of the record's call, `record` the record with or
  /// without its faults.
  RecordFaults Of(std::uint64_t key, const Record& record) const noexcept;
  RecordFaults Of(const Record& record) const noexcept {
    return Of(KeyOf(record), record);
  }
  /// How the last record of a stream is truncated; nothing if it is not.
  std::optional<TextFault> CutOf(const Record& record) const noexcept;

  /// The labels of a record's faults, in the order of the kinds.
  std::vector<FaultLabel> LabelsOf(const Record& record,
                                   const RecordFaults& faults) const;
  FaultLabel LabelOf(const Record& record, const TextFault& fault) const;

 private:
  struct Rule {
    FaultKind kind;
    std::uint64_t share;
    LogSet logs;
    Distribution by;
    PerLog<std::vector<std::uint16_t>> columns;
    std::uint32_t bytes;
  };

  std::uint64_t KeyOf(const Record& record) const noexcept {
    const CallKey call = record.call();
    return StreamKey(resources_[call.resource].run_key, call.slot,
                     call.ordinal);
  }
  // What the rules depend on in each resource.
  struct OfResource {
    std::uint64_t run_key = 0;
    PerLog<const Distribution*> delivery{};
    struct Times {
      bool never = false;
      std::optional<Schedule> schedule;  // none: always active
    };
    std::vector<Times> times;  // of the rules
  };
  void AddRule(const FaultRule& from);
  bool Strikes(std::size_t rule, std::uint64_t index, std::uint64_t key,
               const Record& record) const noexcept;
  TextFault TextOf(const Rule& rule, std::uint64_t index, std::uint64_t key,
                   const Record& record) const noexcept;

  Shape shape_;
  std::vector<OfResource> resources_;
  std::vector<Rule> rules_;
  std::array<bool, kFaultKindCount> has_{};
  bool changes_text_ = false;
  std::uint32_t max_value_bytes_ = 0;
};

/// Counts a record's faults.
void CountFaults(const RecordFaults& faults, FaultCounts& counts) noexcept;

}  // namespace busyhour::internal
