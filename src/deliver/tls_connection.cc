#include "deliver/tls_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/system.h"
#include "deliver/wait.h"

namespace busyhour::internal {

TlsReading TlsConnection::DropInput() {
  std::array<char, 4096> bytes;
  for (int i = 0; i < StreamLedger::kMostReads; ++i) {
    // libcurl's error codes do not distinguish these cases.
    char byte = 0;
    const ssize_t is_there = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (is_there < 0 && errno != EAGAIN && errno != EINTR) {
      return TlsReading::kBroken;
    }
    // After its end, a socket does not report a reset through read(2).
    if (is_there == 0) {
      return Shows(fd, POLLERR) ? TlsReading::kBroken : TlsReading::kCut;
    }
    details[0] = '\0';
    std::size_t got = 0;
    const CURLcode code =
        curl_easy_recv(easy.get(), bytes.data(), bytes.size(), &got);
    if (code == CURLE_AGAIN) return TlsReading::kNothing;
    if (code != CURLE_OK) return TlsReading::kBroken;
    if (got == 0) return TlsReading::kEnd;
  }
  return TlsReading::kNothing;
}

short TlsConnection::EventsOfEnding() const noexcept {
  // What has been read remains readable.
  if (has_fin) return 0;
  return ended_by == EndedBy::kReceiver ? kEndOfInput : short{POLLIN};
}

// Data that arrives at a receiver that has closed is answered with a reset.
void TlsConnection::LookForFin() noexcept {
  // The error is not shown by poll(2) afterwards, if a system reads to find
  // out.
  errno = 0;
  has_fin = HasInputEnded(fd);
  is_broken = !has_fin && errno != 0 && errno != EAGAIN && errno != EWOULDBLOCK;
  if (has_fin) until = SteadyNow() + kResetWait;
}

}  // namespace busyhour::internal
