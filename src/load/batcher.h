#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/compressor.h"
#include "encode/compression.h"
#include "engine/encode_portion.h"
#include "framing/message_writer.h"
#include "job/job.h"
#include "load/load_batch.h"
#include "load/lookahead.h"
#include "load/pace.h"
#include "load/send_times.h"

namespace busyhour::internal {

/// The unit of the positions of a `Pace`.
enum class PaceUnit : std::uint8_t {
  kSimulatedSeconds,  ///< since the start of the job
  kRecords,
  kCalls,  ///< counted by call attempts
  kMessages,
  kBytes,  ///< of the records' text, including line ends
};

/// The limits of a batch. It is closed when the first limit is reached.
struct BatchLimits {
  std::size_t max_bytes = 64 * 1024;  ///< including the frame
  std::uint64_t max_records = 1'000'000;
  /// Maximum time between the due times of its first and its last record.
  Nanos linger = 1'000'000;
  /// Maximum difference between the times in its records, in ms.
  static constexpr std::int64_t kAnySpan = 0;
  std::int64_t span_ms = kAnySpan;
};

/// The rules for making batches from records.
struct BatchRules {
  bool syslog = false;
  BatchLimits limits;
  bool one_log = false;      ///< a batch contains one log, whatever the frame
  bool one_hour = false;     ///< a batch contains one hour of delivery
  bool each_record = false;  ///< each record is a separate message
  bool keys = false;         ///< messages have correlation ids as keys
  /// Of the streams of a frame that has them.
  StreamLabels labels;
  /// The time that a frame or a header notes beside a record is the time of
  /// sending, and not the time of delivery.
  bool time_sent = false;
  /// A batch may be split, so it stores the positions of its records.
  bool may_split = false;
  /// Compression of a batch whose records are one message: `kGzip` or `kZstd`.
  Compression compression = Compression::kNone;
};

/// Records -> batches, with the times at which they are due.
///
/// The batches depend only on the records, the rules, the pace and the
/// receiver's own limit (`Lookahead::max_batch_bytes`), never on the speed of
/// any thread; with `BatchRules::time_sent`, also on the time of the run.
class Batcher : public PortionTaker {
 public:
  /// Records that are due at `end` or later are left out, and `stop` is set at
  /// the first of them. `send_times` is needed for `BatchRules::time_sent`. All
  /// references must outlive the batcher.
  Batcher(const Worlds& worlds, const Job& job, const BatchRules& rules,
          PaceUnit unit, Pace pace, Nanos end, Lookahead& lookahead,
          std::atomic<bool>& stop, SendTimes* send_times = nullptr);

  Status Take(const EncodePortion& portion) override;
  /// Closes the open batches.
  void Finish();
  /// Number of records received so far.
  std::uint64_t records() const noexcept { return records_; }
  /// When the first record that was left out is due; `kNever` if there is none.
  Nanos next_due() const noexcept { return next_due_; }

 private:
  // The open batch of one log, or of all logs; of one resource, if a batch
  // contains one hour.
  struct Lane {
    MessageWriter writer;
    std::unique_ptr<LoadBatch> batch;
    // The text buffer of a batch that will be compressed, while no batch is
    // open. Batches wait in the queue without it.
    std::string room;
  };

  std::size_t LaneOf(const Record& record) const noexcept;
  Nanos DueOf(const Record& record, std::size_t bytes);
  // Like `Add`, for records that are sent unchanged and back to back. `text`
  // must directly follow the previous record's text in memory.
  bool AddAsItIs(const Record& record, std::string_view text, Nanos due);
  // Copies the texts collected by `AddAsItIs` into the batch.
  void TakeStretch();
  void Count(LoadBatch& batch, const Record& record, Nanos due);
  // False if no more batches are needed. The same applies to `Close`.
  bool Add(const Record& record, std::string_view text, Nanos due);
  void Open(Lane& lane, const Record& record, Nanos due);
  void Append(Lane& lane, const Record& record, std::string_view text,
              Nanos due);
  // Whether the record's time is too far from that of another in the batch.
  bool Overspans(const LoadBatch& batch, const Record& record) const;
  // Removes the record that was appended last.
  void Undo(LoadBatch& batch, std::size_t bytes);
  std::size_t max_bytes() const noexcept {
    return std::min(rules_.limits.max_bytes, lookahead_.max_batch_bytes());
  }
  bool Close(Lane& lane);
  void Compress(Lane& lane, LoadBatch& batch);

  const Worlds& worlds_;
  const SimTime start_;
  const BatchRules rules_;
  const PaceUnit unit_;
  Pace pace_;
  const Nanos end_;
  Lookahead& lookahead_;
  std::atomic<bool>& stop_;
  SendTimes* const send_times_;  // null if the time of sending is not noted
  std::vector<Lane> lanes_;
  const bool one_log_;      ///< whether a batch contains one log only
  const bool as_they_are_;  ///< whether records are sent unchanged
  const bool keeps_logs_;   ///< whether batches store each record's log
  // If records are sent unchanged: bytes in the open batch, and texts that are
  // not copied into it yet.
  std::size_t filled_ = 0;
  std::string_view stretch_;
  const std::unique_ptr<Compressor> compressor_;  // null for none
  std::vector<char> packed_;
  PerLog<std::uint64_t> next_{};  // number of the next record, per log
  Nanos next_due_ = kNever;
  std::uint64_t records_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t batches_ = 0;
  std::uint64_t messages_ = 0;
  Nanos last_send_at_ = 0;  // of the newest batch
  std::uint64_t calls_ = 0;
  std::uint32_t last_call_ = 0;  // call number of the newest call so far
  std::uint64_t last_slot_ = 0;  // and its slot
  bool any_call_ = false;
};

}  // namespace busyhour::internal
