#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "deliver/batch_sink.h"

namespace busyhour {

/// The batches that were given to a stream socket and whose bytes its
/// receiver's system has not confirmed (SIOCOUTQ), in their order.
class Unconfirmed {
 public:
  struct Entry {
    Batch* batch;
    std::uint64_t end;  ///< of its bytes in all that the socket was given
  };

  bool empty() const noexcept { return entries_.empty(); }
  const Entry& last() const noexcept { return entries_.back(); }
  void Add(Batch& batch, std::uint64_t end) {
    entries_.push_back({&batch, end});
  }

  /// Takes out those that are confirmed, with a receipt for each: of `written`
  /// bytes that the socket has taken the last `unconfirmed` are not. When that
  /// is negative, none is.
  void TakeConfirmed(std::uint64_t written, int unconfirmed,
                     std::vector<Receipt>& receipts);
  /// Takes out all.
  std::deque<Entry> TakeAll() noexcept;

 private:
  std::deque<Entry> entries_;
};

/// Bytes that `fd` has taken and its receiver's system has not confirmed;
/// negative when that cannot be known.
int UnconfirmedBytes(int fd) noexcept;

}  // namespace busyhour
