#include "deliver/unconfirmed.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <utility>

namespace busyhour {

int UnconfirmedBytes(int fd) noexcept {
  int bytes = 0;
  return ::ioctl(fd, SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

void Unconfirmed::TakeConfirmed(std::uint64_t written, int unconfirmed,
                                std::vector<Receipt>& receipts) {
  if (unconfirmed < 0) return;
  const std::uint64_t confirmed =
      written - std::min(written, static_cast<std::uint64_t>(unconfirmed));
  while (!entries_.empty() && entries_.front().end <= confirmed) {
    Receipt receipt;
    receipt.batch = entries_.front().batch;
    receipts.push_back(std::move(receipt));
    entries_.pop_front();
  }
}

std::deque<Unconfirmed::Entry> Unconfirmed::TakeAll() noexcept {
  return std::exchange(entries_, {});
}

}  // namespace busyhour
