// The cheapest receiver of HTTP requests: listens on loopback, prints its port,
// and answers each request when its body has arrived, until its standard input
// ends. The system discards the bodies without copying them (MSG_TRUNC). Then
// prints the number of requests and of their bytes. http_bench.py runs it.
//
// It understands only what libcurl sends: a header that arrives in one piece
// and states the length, and no request before the answer to the last one.

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 204 No Content\r\n\r\n";

struct Totals {
  std::size_t requests = 0;
  std::size_t bytes = 0;
};

// Reads a header, and the beginning of the body behind it. Returns the size of
// the body's rest; nothing if it is no header.
bool ReadHeader(std::string_view text, std::size_t& rest) {
  constexpr std::string_view kLength = "Content-Length: ";
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t length = text.find(kLength);
  const std::size_t end = text.find(kEnd);
  if (length == text.npos || end == text.npos) return false;
  const std::size_t body =
      std::strtoull(text.data() + length + kLength.size(), nullptr, 10);
  const std::size_t begun = text.size() - end - kEnd.size();
  if (begun > body) return false;
  rest = body - begun;
  return true;
}

// Continues a request, of whose body `rest` bytes are missing. False if the
// connection has ended.
bool Receive(int fd, std::size_t& rest, Totals& totals) {
  ssize_t got = 0;
  if (rest > 0) {
    got = ::recv(fd, nullptr, rest, MSG_TRUNC | MSG_DONTWAIT);
    if (got > 0) rest -= static_cast<std::size_t>(got);
  } else {
    std::array<char, 4096> text;
    got = ::recv(fd, text.data(), text.size(), MSG_DONTWAIT);
    if (got > 0 &&
        !ReadHeader({text.data(), static_cast<std::size_t>(got)}, rest)) {
      std::fputs("http_receiver: not a request of libcurl\n", stderr);
      return false;
    }
  }
  if (got < 0) return errno == EAGAIN;
  totals.bytes += static_cast<std::size_t>(got);
  if (got == 0 || rest > 0) return got > 0;
  ++totals.requests;
  return ::send(fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(kAnswer.size());
}

// A listening socket on loopback, whose port is printed; negative on failure.
int Listen() {
  const int server = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(server, any, length) != 0 || ::listen(server, 64) != 0 ||
      ::getsockname(server, any, &length) != 0) {
    return -1;
  }
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return server;
}

}  // namespace

int main() {
  const int server = Listen();
  if (server < 0) {
    std::perror("http_receiver");
    return 1;
  }
  Totals totals;
  std::vector<pollfd> fds{{STDIN_FILENO, POLLIN, 0}, {server, POLLIN, 0}};
  std::vector<std::size_t> rests(fds.size());
  while (::poll(fds.data(), fds.size(), -1) > 0 && fds[0].revents == 0) {
    for (std::size_t i = 2; i < fds.size();) {
      if (fds[i].revents == 0 || Receive(fds[i].fd, rests[i], totals)) {
        ++i;
        continue;
      }
      ::close(fds[i].fd);
      fds.erase(fds.begin() + static_cast<std::ptrdiff_t>(i));
      rests.erase(rests.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (fds[1].revents != 0) {
      fds.push_back({::accept(server, nullptr, nullptr), POLLIN, 0});
      rests.push_back(0);
    }
  }
  std::printf("%zu %zu\n", totals.requests, totals.bytes);
  return 0;
}
