#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "base/system.h"
#include "deliver/socket_address.h"
#include "deliver/uri.h"

namespace busyhour::internal {

/// A receiver that accepts connections and reads only when the test calls it.
class Listener {
 public:
  explicit Listener(const std::string& scheme) {
    if (scheme == "unix") {
      path_ =
          ::testing::TempDir() + "socket_sink_" + std::to_string(::getpid());
      ::unlink(path_.c_str());
      uri_ = *ParseUri("unix:" + path_);
      std::vector<SocketAddress> addresses;
      EXPECT_TRUE(FindAddresses(uri_, SOCK_STREAM, addresses).ok());
      Listen(AF_UNIX, addresses[0]);
    } else {
      SocketAddress any;
      auto& address = reinterpret_cast<sockaddr_in&>(any.address);
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      any.length = sizeof(address);
      Listen(AF_INET, any);
      ::getsockname(fd_, reinterpret_cast<sockaddr*>(&any.address),
                    &any.length);
      uri_ = *ParseUri("tcp://127.0.0.1:" +
                       std::to_string(ntohs(address.sin_port)));
    }
  }
  ~Listener() {
    Stop();
    for (const int connection : connections_) ::close(connection);
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  const Uri& uri() const { return uri_; }
  /// Accepts the next connection and returns its index.
  std::size_t Accept() {
    connections_.push_back(::accept(fd_, nullptr, nullptr));
    EXPECT_GE(connections_.back(), 0);
    return connections_.size() - 1;
  }
  /// Reads up to `most` bytes, or to the end of the stream.
  std::string Read(std::size_t connection,
                   std::size_t most = std::string::npos) {
    std::string bytes;
    if (most != std::string::npos) bytes.reserve(most);
    std::array<char, 65'536> buffer;
    while (bytes.size() < most) {
      const ssize_t got =
          ::recv(connections_[connection], buffer.data(),
                 std::min(buffer.size(), most - bytes.size()), 0);
      if (got <= 0) break;
      bytes.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return bytes;
  }
  void Say(std::size_t connection, const std::string& words) {
    EXPECT_GT(::send(connections_[connection], words.data(), words.size(), 0),
              0);
  }
  void ShutDown(std::size_t connection) {
    ::shutdown(connections_[connection], SHUT_RDWR);
  }
  void HangUp(std::size_t connection) {
    ::close(connections_[connection]);
    connections_[connection] = -1;
  }
  /// Fills the queue of pending connections.
  void Fill() {
    EXPECT_EQ(::listen(fd_, 0), 0);
    std::vector<SocketAddress> addresses;
    EXPECT_TRUE(FindAddresses(uri_, SOCK_STREAM, addresses).ok());
    for (int i = 0; i < 4; ++i) {
      const int other = OpenSocket(addresses[0].address.ss_family, SOCK_STREAM);
      static_cast<void>(::connect(
          other, reinterpret_cast<const sockaddr*>(&addresses[0].address),
          addresses[0].length));
      connections_.push_back(other);
    }
  }
  void Stop() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  void Listen(int family, const SocketAddress& address) {
    fd_ = ::socket(family, SOCK_STREAM, 0);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address.address),
                     address.length),
              0);
    EXPECT_EQ(::listen(fd_, 16), 0);
  }

  std::string path_;
  Uri uri_;
  int fd_ = -1;
  std::vector<int> connections_;
};

}  // namespace busyhour::internal
