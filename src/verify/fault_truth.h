#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "faults/faults.h"
#include "faults/faulty_text.h"
#include "faults/last_delivered.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The effects of faults on a sent record.
struct SentFault {
  bool dropped = false;
  bool repeated = false;
  std::uint32_t late_ms = 0;
  std::uint32_t repeat_ms = 0;
  std::int32_t skew_ms = 0;
  /// The fields whose values were changed, as bits.
  FieldSet struck;
};

/// The expected faults of a job: how records were delivered, and which record
/// an unreadable text belongs to.
///
/// Stores 24 bytes for each record with damaged text. For one thread.
class FaultTruth {
 public:
  /// All must outlive it.
  FaultTruth(const Worlds& worlds, const Job& job);

  const Faults& faults() const noexcept { return faults_; }

  /// The records of a call as delivered: without dropped ones, copies after
  /// their originals. Valid until the next call.
  std::span<const Record> Deliver(std::span<const Record> call);
  SentFault FaultOf(const Record& record);

  /// Stores a call's damaged texts. Calls must be added in the order of the
  /// job.
  void AddTexts(std::span<const Record> call);
  /// Stores the texts of the last records if they are cut. Call this after a
  /// shard's last call.
  void EndShard();
  /// Call this after all shards and before any text is looked up.
  void Sort();

  /// A record that was delivered with a damaged text.
  struct Owner {
    std::uint64_t hash = 0;
    std::uint64_t call = 0;      ///< `CallKey::bits`
    std::uint32_t resource = 0;  ///< `CallKey::resource`
    std::uint32_t record = 0;    ///< index of the record in its call

    CallKey key() const noexcept { return CallKey::FromBits(call, resource); }
    friend auto operator<=>(const Owner&, const Owner&) = default;
  };
  std::span<const Owner> OwnersOf(std::string_view text) const;
  std::size_t bytes() const noexcept {
    return owners_.capacity() * sizeof(Owner);
  }

 private:
  void AddText(const Record& record, std::size_t place);
  // The image of the record's call.
  const CallImage& ImageOf(const Record& record);

  const Worlds& worlds_;
  const Job job_;
  Faults faults_;
  Encoder encoder_;
  FaultyText text_;
  CallImage image_;
  std::vector<Record> delivered_;
  std::vector<Owner> owners_;
  // For each log, for each resource and log, and for all: a manifest does not
  // say which of them have separate streams.
  PerLog<LastDelivered> last_of_;
  std::vector<PerLog<LastDelivered>> last_of_resource_;
  LastDelivered last_of_all_;
};

}  // namespace busyhour::internal
