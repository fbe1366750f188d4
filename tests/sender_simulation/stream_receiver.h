#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/stream_sockets.h"
#include "sender_simulation/chance.h"
#include "sender_simulation/stored_records.h"

namespace busyhour::internal {

/// A simulated receiver of TCP or unix connections, with the systems of both
/// sides:
///
///     Send -> outgoing -> inbox -> text
///             [ our system | the receiver's system | the receiver ]
///
/// It reads slowly or not at all, closes connections in the middle of a batch,
/// with unread bytes (a reset) or without, refuses new ones, ends only its
/// sending side, hangs and restarts, or disappears without a word.
class StreamReceiver : public StreamSockets {
 public:
  struct Options {
    bool is_unix = false;
    std::size_t outgoing_bytes = 256 << 10;
    std::size_t inbox_bytes = 256 << 10;
    double wire_bytes_per_second = 1e8;
    double read_bytes_per_second = 1e7;
    /// Mean time between troubles.
    Nanos trouble_every = kNanosPerSecond;
    /// The chance of trouble at each call of the sender's system.
    double sudden_trouble = 0;
    bool may_vanish = false;
  };

  /// The clock and `stored` must outlive it.
  StreamReceiver(Chance chance, SimulatedClock& clock, const Options& options,
                 StoredRecords& stored)
      : chance_(chance), clock_(clock), options_(options), stored_(stored) {}

  std::chrono::nanoseconds Now() const noexcept override {
    return std::chrono::nanoseconds(clock_.now());
  }
  Connecting Connect(const SocketAddress& address) override;
  int Send(int fd, std::string_view bytes, std::size_t& count) override;
  Input DropInput(int fd) override;
  bool Shows(int fd, short events) override;
  int ErrorOf(int fd) override;
  std::optional<std::uint64_t> ConfirmedBytes(int fd,
                                              std::uint64_t written) override;
  void EndWriting(int fd) override;
  void Close(int fd) override;
  void WaitFor(std::span<pollfd> files, std::chrono::nanoseconds wait) override;

  /// After the run: reads what is still on its way, and stores everything.
  void Finish();

 private:
  struct Connection {
    Nanos connected_at = 0;
    Nanos closes_at = kNever;
    std::string outgoing;
    std::string inbox;
    std::string text;
    std::uint64_t confirmed = 0;
    int error = 0;
    bool is_connected = false;
    bool is_refused = false;
    bool we_ended = false;   // our side, or everything
    bool has_ended = false;  // the receiver's side
    bool reads = true;       // whether the receiver has not closed it
    bool is_reset = false;
    bool has_vanished = false;
  };

  Connection& At(int fd) { return connections_[static_cast<std::size_t>(fd)]; }
  std::size_t RoomOf(const Connection& connection) const;
  short EventsOf(const Connection& connection) const;
  void Advance(Nanos time);
  // Time passes during each call, and anything may happen.
  void Touch();
  void MakeTrouble();
  void Move(Connection& connection, double seconds);
  void CloseByReceiver(Connection& connection);
  static void Reset(Connection& connection);

  Chance chance_;
  SimulatedClock& clock_;
  const Options options_;
  StoredRecords& stored_;
  std::vector<Connection> connections_;  // by descriptor
  Nanos moved_until_ = 0;
  Nanos next_trouble_ = 0;
  Nanos stalls_until_ = 0;
  Nanos refuses_until_ = 0;
};

}  // namespace busyhour::internal
