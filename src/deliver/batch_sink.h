#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "deliver/batch.h"

namespace busyhour {

/// How sure it is that the receiver has what is acknowledged.
enum class Certainty : std::uint8_t {
  kConfirmed,   ///< the receiver has answered for it, or it is written here
  kRead,        ///< the receiver has read it from its connection
  kBuffered,    ///< the receiver's system has it, and may still lose it
  kHandedOver,  ///< this machine's network has taken it, and nobody answers
};
inline constexpr std::size_t kCertaintyCount = 4;

/// How sending a batch ended. Every batch that was sent gets one receipt for
/// each time it was sent; a provisional one may come before it.
struct Receipt {
  enum class Kind : std::uint8_t {
    kAcknowledged,  ///< the receiver has it, as sure as `certainty` says
    /// The same, but the sink keeps the batch: another receipt follows, which
    /// may take this one back.
    kProvisional,
    kRetry,     ///< it has not, and may have it when asked again
    kRefused,   ///< it will not have it
    kTooLarge,  ///< it will not have so much at once, and may have parts
  };

  Batch* batch = nullptr;
  Kind kind = Kind::kAcknowledged;
  Certainty certainty = Certainty::kConfirmed;
  /// Which of the batch's records the receiver refused, from 0, where it
  /// answers record by record: of an acknowledged batch, or of one that is to
  /// be sent again for their sake.
  std::vector<std::uint32_t> refused;
  /// What went wrong, in few words that do not change from time to time, such
  /// as `HTTP 429` or `connection refused`; empty when nothing did.
  std::string error;
  /// What is worth telling although nothing went wrong, such as that the
  /// receiver is under pressure, in such words; empty for nothing.
  std::string remark;
  /// The receiver's own words, where it said any.
  std::string answer;
  /// Whether a batch that is to be sent again may have arrived all the same.
  bool may_have_arrived = false;
  /// Whether it was under way, or not known to be read, in a connection that
  /// was lost.
  bool was_connection_lost = false;
  /// How many of a batch's records the receiver may have twice, because the
  /// sink has sent them again by itself.
  std::uint64_t repeated = 0;
  /// Whether a batch is refused because the receiver said nothing for too long:
  /// it may be gone.
  bool is_unanswered = false;
  /// Whether no batch will ever go through: the run ends.
  bool is_final = false;
  /// How long the receiver asks to wait; 0 when it does not say.
  std::chrono::milliseconds retry_after{0};
};

/// Where batches go: a receiver that answers for each, sooner or later. Owned
/// and called by one thread; nothing but `Open`, `Poll` and `Close` waits.
class BatchSink {
 public:
  virtual ~BatchSink() = default;

  /// Reaches the receiver, to find out what is wrong before anything is sent.
  virtual Status Open() = 0;

  /// Whether another batch may be sent now.
  virtual bool HasRoom() const noexcept = 0;
  /// Begins to send `batch`, which stays where and as it is until its receipt.
  virtual void Send(Batch& batch) = 0;

  /// Goes on with what is under way, and appends the receipts that have come.
  /// Returns as soon as there is one or there is room again, at the latest
  /// after `wait`.
  virtual void Poll(std::chrono::nanoseconds wait,
                    std::vector<Receipt>& receipts) = 0;

  /// Called while nothing is left to send and only final receipts are missing:
  /// asks the receiver to read to the end, where the transport can ask. `Poll`
  /// goes on, and `Send` may follow.
  virtual void EndSending() {}

  /// Connections that were made and that the receiver ended, or that broke.
  virtual std::uint64_t lost_connections() const noexcept { return 0; }

  /// All batches have their receipts, or nobody waits for them any more: makes
  /// whole what can be made whole.
  virtual Status Close() { return Status::Ok(); }

  /// After `Close`: whether all that was acknowledged is gone, because the
  /// whole that it was to be part of did not come about.
  virtual bool lost_all() const noexcept { return false; }
};

}  // namespace busyhour
