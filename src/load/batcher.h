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
#include "engine/portion.h"
#include "framing/message_writer.h"
#include "job/job.h"
#include "load/load_batch.h"
#include "load/lookahead.h"
#include "load/pace.h"

namespace busyhour {

/// What the positions of a `Pace` count.
enum class PaceUnit : std::uint8_t {
  kSimulatedSeconds,  ///< since the start of the job
  kRecords,
  kCalls,  ///< by their attempts
  kMessages,
  kBytes,  ///< of the records' own text, each with its line end
};

/// What limits a batch: it is closed by whichever comes first.
struct BatchLimits {
  std::size_t max_bytes = 64 * 1024;  ///< with what its frame adds
  std::uint64_t max_records = 1'000'000;
  /// How much later than its first record its last one may be due.
  Nanos linger = 1'000'000;
};

/// How records become batches.
struct BatchRules {
  bool syslog = false;
  BatchLimits limits;
  bool one_log = false;      ///< a batch holds one log, whatever the frame
  bool one_hour = false;     ///< and of one hour of delivery
  bool each_record = false;  ///< every record is a message of its own
  bool keys = false;         ///< messages have correlation ids as keys
  /// A batch may be split: it knows where its records are.
  bool may_split = false;
  /// Of a batch whose records are one message: `kGzip` or `kZstd`.
  Compression compression = Compression::kNone;
};

/// Records -> batches, with the times at which they are due.
///
/// What it makes follows from the records, the rules, the pace and the
/// receiver's own limit (`Lookahead::max_batch_bytes`) alone, never from how
/// fast anything goes.
class Batcher : public PortionTaker {
 public:
  /// Records that are due at `end` or later are left out, and `stop` is set at
  /// the first of them. All references must outlive it.
  Batcher(const Cast& cast, const Job& job, const BatchRules& rules,
          PaceUnit unit, Pace pace, Nanos end, Lookahead& lookahead,
          std::atomic<bool>& stop);

  Status Take(const EncodePortion& portion) override;
  /// Closes what is open.
  void Finish();
  /// How many records it has been given.
  std::uint64_t records() const noexcept { return records_; }

 private:
  // The batch at hand of one log, or of all.
  struct Lane {
    MessageWriter writer;
    std::unique_ptr<LoadBatch> batch;
    // While there is no batch that is to be compressed: room for its text. It
    // does not wait in the queue with what the text came to.
    std::string room;
  };

  Nanos DueOf(const Record& record, std::size_t bytes);
  // The same where records go out as they are, back to back: `text` follows the
  // last one's.
  bool AddAsItIs(const Record& record, std::string_view text, Nanos due);
  // Copies what has come together of those.
  void TakeStretch();
  void Count(LoadBatch& batch, const Record& record, Nanos due);
  // False when nobody wants it any more, and so with `Close`.
  bool Add(const Record& record, std::string_view text, Nanos due);
  void Open(Lane& lane, const Record& record, Nanos due);
  void Append(Lane& lane, const Record& record, std::string_view text);
  // Takes back what was appended last.
  void Undo(LoadBatch& batch, std::size_t bytes);
  std::size_t max_bytes() const noexcept {
    return std::min(rules_.limits.max_bytes, lookahead_.max_batch_bytes());
  }
  bool Close(Lane& lane);
  void Compress(Lane& lane, LoadBatch& batch);

  const Cast& cast_;
  const SimTime start_;
  const BatchRules rules_;
  const PaceUnit unit_;
  Pace pace_;
  const Nanos end_;
  Lookahead& lookahead_;
  std::atomic<bool>& stop_;
  std::vector<Lane> lanes_;
  const bool one_log_;        ///< whether a batch holds one log only
  const bool as_they_are_;    ///< whether records go out without any change
  const bool keeps_logs_;     ///< whether each may be answered for by itself
  std::string_view stretch_;  // texts that are still where they were made
  const std::unique_ptr<Compressor> compressor_;  // null for none
  std::vector<char> packed_;
  PerLog<std::uint64_t> next_{};  // record of each log
  std::uint64_t records_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t batches_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t calls_ = 0;
  std::uint32_t last_call_ = 0;
  bool any_call_ = false;
};

}  // namespace busyhour
