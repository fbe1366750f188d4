#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"

namespace busyhour::internal {

/// The batches of a stream connection that are not known to have been read by
/// the receiver, in order:
///
///     [ confirmed by the receiver's system | not confirmed, or not written ]
///       ^ held                               ^ sent
///
/// The receiver's system confirms bytes before the receiver reads them. Its
/// buffer is limited, so bytes that are more than `kMostUnread` behind the last
/// confirmed byte have been read. When the receiver closes the connection, its
/// system reports whether everything was read (FIN) or not (RST). Until then,
/// batches are held, to be sent again after an RST.
///
/// Where this machine's system does not tell what is confirmed, batches are
/// held once it has taken them, and are less certain.
class StreamLedger {
 public:
  /// Limit of the bytes that the connections of one receiver hold together.
  static constexpr std::size_t kMostHeld = 64 << 20;
  /// Buffers read at a time from a receiver that sends data, so that one that
  /// never stops does not delay the others.
  static constexpr int kMostReads = 16;
  /// The error of batches that were held when their connection was lost.
  static constexpr char kUnread[] =
      "connection lost before everything was read";

  /// Maximum number of bytes that the receiver's system has confirmed and the
  /// receiver has not read: our assumption. Linux buffers 6 MiB by default
  /// (tcp_rmem).
  static constexpr std::uint64_t kMostUnread = 16 << 20;
  /// Maximum number of bytes that this machine's system has taken and the
  /// receiver's has not confirmed: our assumption. Linux buffers 4 MiB by
  /// default (tcp_wmem).
  static constexpr std::uint64_t kMostUnconfirmed = 16 << 20;

  /// Holds at most `most_held` bytes. Batches that are released because of this
  /// limit stay acknowledged as buffered.
  explicit StreamLedger(std::size_t most_held) : most_held_(most_held) {}

  bool empty() const noexcept { return sent_.empty() && held_.empty(); }
  bool has_sent() const noexcept { return !sent_.empty(); }
  bool has_held() const noexcept { return !held_.empty(); }
  /// The batch that was added last.
  const Batch& last() const noexcept { return *sent_.back().batch; }
  /// `end`: position of the batch's end among all bytes of the connection.
  void Add(Batch& batch, std::uint64_t end) { sent_.push_back({&batch, end}); }

  /// The first `confirmed` bytes are confirmed: adds provisional receipts for
  /// their batches, and final ones for batches that need not be held any
  /// longer.
  void Confirm(std::uint64_t confirmed, std::vector<Receipt>& receipts);
  /// The same, if it is not known what is confirmed: this machine's system has
  /// the first `written` bytes.
  void HandOver(std::uint64_t written, std::vector<Receipt>& receipts);
  /// The receiver has read the first `read` bytes.
  void Read(std::uint64_t read, std::vector<Receipt>& receipts);
  /// The certainty of the held batches.
  Certainty of_held() const noexcept { return of_held_; }
  /// Gives all held batches their final receipts with this certainty.
  void Settle(Certainty certainty, std::vector<Receipt>& receipts);

  /// Removes the unconfirmed batches and adds receipts for sending them again,
  /// with `error`. `unwritten` bytes of the last batch were not written.
  void LoseSent(const std::string& error, std::size_t unwritten,
                std::vector<Receipt>& receipts);
  /// The same for the batches in the last `bytes` bytes of the held ones.
  void LoseLast(std::uint64_t bytes, const std::string& error,
                std::vector<Receipt>& receipts);
  /// The same for all held batches.
  void LoseHeld(const std::string& error, std::vector<Receipt>& receipts);

 private:
  struct Entry {
    Batch* batch;
    std::uint64_t end;
  };

  // Holds the batches in the first `bytes` bytes, and puts out those that are
  // more than `most_unread` bytes before their end.
  void Hold(std::uint64_t bytes, std::uint64_t most_unread,
            std::vector<Receipt>& receipts);
  void PutOut(Certainty certainty, std::vector<Receipt>& receipts);

  std::size_t most_held_;
  std::size_t held_bytes_ = 0;
  Certainty of_held_ = Certainty::kBuffered;
  std::deque<Entry> held_;
  std::deque<Entry> sent_;
};

/// Which side has ended a connection on which nothing more is sent.
enum class EndedBy : std::uint8_t { kNobody, kReceiver, kUs };

/// How long to wait for a reset after the receiver has ended its side: a
/// receiver that only shuts down its sending side may close the connection,
/// with unread bytes, a little later.
inline constexpr std::chrono::milliseconds kResetWait{1000};

/// How long to wait for the receiver to close a connection before we do. After
/// we have ended our side, an orderly end by the receiver proves nothing.
inline constexpr std::chrono::milliseconds kOurEndWait{200};

/// Of `written` bytes written to `fd`, the number that the receiver's system
/// has confirmed; for a unix socket, the number that the receiver has read.
/// Nothing if this machine's system does not tell.
std::optional<std::uint64_t> ConfirmedBytes(int fd,
                                            std::uint64_t written) noexcept;

}  // namespace busyhour::internal
