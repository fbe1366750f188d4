#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "deliver/batch.h"

namespace busyhour::internal {

/// How certain it is that the receiver has an acknowledged record.
enum class Certainty : std::uint8_t {
  kConfirmed,   ///< the receiver has acknowledged it, or it is in a local file
  kRead,        ///< the receiver has read it from its connection
  kBuffered,    ///< the receiver's system has it, and may still lose it
  kHandedOver,  ///< this machine's network has it; nothing acknowledges it
};
inline constexpr std::size_t kCertaintyCount = 4;

/// The result of sending a batch. Each attempt to send a batch gets one final
/// receipt; a provisional one may precede it.
struct Receipt {
  enum class Kind : std::uint8_t {
    kAcknowledged,  ///< the receiver has it, with certainty `certainty`
    /// The same, but the sink keeps the batch: a later receipt may take this
    /// one back.
    kProvisional,
    kRetry,     ///< not accepted; sending it again may succeed
    kRefused,   ///< not accepted; sending it again cannot succeed
    kTooLarge,  ///< not accepted at this size; smaller parts may be
  };

  Batch* batch = nullptr;
  Kind kind = Kind::kAcknowledged;
  Certainty certainty = Certainty::kConfirmed;
  /// Indices of the records that the receiver refused, from 0, if it answers
  /// record by record. They belong to an acknowledged batch, or to one that
  /// must be sent again because of them.
  std::vector<std::uint32_t> refused;
  /// The error, in a few words that do not vary between occurrences, such as
  /// `HTTP 429` or `connection refused`; empty if there was none.
  std::string error;
  /// A condition worth reporting although nothing failed, such as pressure on
  /// the receiver; empty if there is none.
  std::string remark;
  /// The receiver's own message, if it sent one.
  std::string answer;
  /// Whether a batch that must be sent again may have arrived.
  bool may_have_arrived = false;
  /// Whether it was in flight, or not known to be read, on a connection that
  /// was lost.
  bool was_connection_lost = false;
  /// Number of the batch's records that the receiver may have twice because the
  /// sink retried by itself.
  std::uint64_t repeated = 0;
  /// Whether the batch is refused because the receiver did not answer in time;
  /// the receiver may be gone.
  bool is_unanswered = false;
  /// Whether no batch can ever succeed: the run ends.
  bool is_final = false;
  /// The maximum size of a batch that the receiver has stated, if the batch is
  /// too large; 0 if it has stated none.
  std::size_t stated_limit = 0;
  /// The delay that the receiver requests before a retry; 0 if none.
  std::chrono::milliseconds retry_after{0};
};

/// A destination of batches, which reports the result of each batch. Owned and
/// called by one thread. Only `Open`, `Poll` and `Close` may block.
class BatchSink {
 public:
  virtual ~BatchSink() = default;

  /// Connects to the receiver, to report errors before anything is sent.
  virtual Status Open() = 0;

  /// Whether another batch may be sent now.
  virtual bool HasRoom() const noexcept = 0;
  /// Starts to send `batch`, which must stay valid and unchanged until its
  /// receipt.
  virtual void Send(Batch& batch) = 0;

  /// Continues the work in progress and appends the receipts that have arrived.
  /// Returns as soon as there is a receipt or room, and after `wait` at the
  /// latest.
  virtual void Poll(std::chrono::nanoseconds wait,
                    std::vector<Receipt>& receipts) = 0;

  /// Called when nothing is left to send and only final receipts are missing:
  /// tells the receiver that no more data follows, if the transport can. `Poll`
  /// continues to work, and `Send` may follow.
  virtual void EndSending() {}

  /// Why the receiver takes no batches at present, in a few words; empty if it
  /// takes them, or if there is no better reason than its silence.
  virtual std::string_view obstacle() const noexcept { return {}; }

  /// Number of connections that the receiver closed or that broke.
  virtual std::uint64_t lost_connections() const noexcept { return 0; }

  /// Called when all batches have their receipts, or the run no longer waits
  /// for them. Completes the output where possible.
  virtual Status Close() { return Status::Ok(); }

  /// After `Close`: whether everything acknowledged is lost, because the output
  /// that contained it could not be completed.
  virtual bool lost_all() const noexcept { return false; }
};

}  // namespace busyhour::internal
