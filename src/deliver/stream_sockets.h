#pragma once

#include <poll.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "deliver/socket_address.h"

namespace busyhour::internal {

/// Stream sockets that do not block, and the clock beside them: those of the
/// system, or simulated ones. Errors are values of `errno`. For one thread.
class StreamSockets {
 public:
  /// How a connection begins.
  struct Connecting {
    int fd = -1;           ///< -1 if it cannot be made
    int error = 0;         ///< the reason
    bool goes_on = false;  ///< whether the socket is not connected yet
  };
  /// What was found when the data of a receiver was read.
  enum class Input : std::uint8_t { kNothing, kEnd, kError };

  virtual ~StreamSockets() = default;

  /// The time of a clock that never jumps.
  virtual std::chrono::nanoseconds Now() const noexcept = 0;

  /// Opens a socket, and starts to connect it.
  virtual Connecting Connect(const SocketAddress& address) = 0;
  /// Sends a part of `bytes`, and sets `count` to its size. Returns an error,
  /// EAGAIN if there is no room.
  virtual int Send(int fd, std::string_view bytes, std::size_t& count) = 0;
  /// Reads data that the receiver sends, and drops it. An error of the
  /// connection is reported before its end.
  virtual Input DropInput(int fd) = 0;
  /// Whether the socket has any of these events of poll(2) now. Errors must be
  /// requested (POLLERR).
  virtual bool Shows(int fd, short events) = 0;
  /// The error of a connection, which is then cleared; 0 if there is none.
  virtual int ErrorOf(int fd) = 0;
  /// See the function of the same name in stream_ledger.h.
  virtual std::optional<std::uint64_t> ConfirmedBytes(
      int fd, std::uint64_t written) = 0;
  /// Ends our side of a connection.
  virtual void EndWriting(int fd) = 0;
  virtual void Close(int fd) = 0;
  /// Waits until one of `files` has a requested event, for at most `wait`.
  virtual void WaitFor(std::span<pollfd> files,
                       std::chrono::nanoseconds wait) = 0;
};

/// The sockets of the system.
std::unique_ptr<StreamSockets> NewSystemSockets();

}  // namespace busyhour::internal
