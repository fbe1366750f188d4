#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"

namespace busyhour {

/// What was given to a stream connection and is not known to have been read by
/// its receiver, in order:
///
///     [ confirmed by the receiver's system | not confirmed, or not written ]
///       ^ held                               ^ sent
///
/// A receiver's system that confirms bytes does not say when the receiver reads
/// them. But it keeps no more than its buffer, so what lies further back than
/// `kMostUnread` has been read; and when the receiver closes, it says whether
/// all of it was (FIN) or not (RST). Until then the batches are held, to be
/// sent again after an RST.
class StreamLedger {
 public:
  /// Bytes that a receiver's system has confirmed and the receiver has not
  /// read, at most: our assumption. Linux keeps 6 MiB by default (tcp_rmem).
  static constexpr std::uint64_t kMostUnread = 16 << 20;

  /// At most `most_held` bytes of memory are held. What is put out for that
  /// reason stays acknowledged as buffered.
  explicit StreamLedger(std::size_t most_held) : most_held_(most_held) {}

  bool empty() const noexcept { return sent_.empty() && held_.empty(); }
  bool has_sent() const noexcept { return !sent_.empty(); }
  bool has_held() const noexcept { return !held_.empty(); }
  /// The last that was given.
  const Batch& last() const noexcept { return *sent_.back().batch; }
  /// `end` is that of its bytes in all that the connection was given.
  void Add(Batch& batch, std::uint64_t end) { sent_.push_back({&batch, end}); }

  /// The first `confirmed` bytes are confirmed: gives their batches provisional
  /// receipts, and the last ones to those that need not be held any more.
  void Confirm(std::uint64_t confirmed, std::vector<Receipt>& receipts);
  /// The receiver has read the first `read` bytes.
  void Read(std::uint64_t read, std::vector<Receipt>& receipts);
  /// All that is held is as sure as that, and will not become surer.
  void Settle(Certainty certainty, std::vector<Receipt>& receipts);

  /// Takes out what is not confirmed, with receipts for sending it again that
  /// say `error`. Of the last one, `unwritten` bytes were not written.
  void LoseSent(const std::string& error, std::size_t unwritten,
                std::vector<Receipt>& receipts);
  /// The same with what lies in the last `bytes` of what is held.
  void LoseLast(std::uint64_t bytes, const std::string& error,
                std::vector<Receipt>& receipts);
  /// The same with all that is held.
  void LoseHeld(const std::string& error, std::vector<Receipt>& receipts);

 private:
  struct Entry {
    Batch* batch;
    std::uint64_t end;
  };

  void PutOut(Certainty certainty, std::vector<Receipt>& receipts);

  std::size_t most_held_;
  std::size_t held_bytes_ = 0;
  std::deque<Entry> held_;
  std::deque<Entry> sent_;
};

/// Who has ended a connection over which nothing more is sent.
enum class EndedBy : std::uint8_t { kNobody, kReceiver, kUs };

/// How long a receiver is waited for that may say that it has not read
/// everything: by a reset after it has ended the connection, and by ending it
/// before we do. What it ends after us cannot be told from what it has read to
/// its end.
inline constexpr std::chrono::milliseconds kResetWait{200};

/// Of `written` bytes that `fd` has taken, those that its receiver's system has
/// confirmed; of a unix socket, those that its receiver has read.
std::uint64_t ConfirmedBytes(int fd, std::uint64_t written) noexcept;

}  // namespace busyhour
