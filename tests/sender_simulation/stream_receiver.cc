#include "sender_simulation/stream_receiver.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/system.h"

namespace busyhour::internal {
namespace {

constexpr Nanos kStep = kMillisecond / 2;
constexpr Nanos kShortestWait = 1000;
// The sender waits for a second for the end of a half-open connection.
constexpr Nanos kMostHalfOpen = 900 * kMillisecond;

// Moves up to `most` bytes from the begin of `from`, and returns their number.
std::size_t MoveBytes(std::string& from, std::string& to, std::size_t most) {
  const std::size_t count = std::min(from.size(), most);
  to.append(from, 0, count);
  from.erase(0, count);
  return count;
}

std::size_t Portion(double bytes_per_second, double seconds) {
  return static_cast<std::size_t>(bytes_per_second * seconds) + 1;
}

}  // namespace

StreamSockets::Connecting StreamReceiver::Connect(const SocketAddress&) {
  const auto fd = static_cast<int>(connections_.size());
  Connection connection;
  const bool is_refused = clock_.now() < refuses_until_;
  if (options_.is_unix) {
    if (is_refused) return {-1, chance_.OneOf({ECONNREFUSED, EAGAIN})};
    connection.is_connected = true;
    connections_.push_back(std::move(connection));
    return {fd};
  }
  connection.is_refused = is_refused;
  // A receiver whose machine is gone does not even refuse.
  connection.connected_at =
      clock_.now() + (is_refused && chance_.Is(0.3)
                          ? 60 * kNanosPerSecond
                          : chance_.Time(1000, 10 * kMillisecond));
  connections_.push_back(std::move(connection));
  return {fd, 0, true};
}

std::size_t StreamReceiver::RoomOf(const Connection& connection) const {
  std::size_t used = connection.outgoing.size();
  if (options_.is_unix) used += connection.inbox.size();
  return options_.outgoing_bytes - std::min(used, options_.outgoing_bytes);
}

short StreamReceiver::EventsOf(const Connection& connection) const {
  short events = 0;
  if (connection.error != 0) events |= POLLERR;
  if (connection.error != 0 || connection.is_reset) {
    return static_cast<short>(events | POLLIN | POLLOUT | POLLHUP |
                              kEndOfInput);
  }
  if (!connection.is_connected) return events;
  if (RoomOf(connection) > 0) events |= POLLOUT;
  if (connection.has_ended) events |= POLLIN | kEndOfInput;
  if (connection.has_ended && (connection.we_ended || options_.is_unix)) {
    events |= POLLHUP;
  }
  return events;
}

int StreamReceiver::Send(int fd, std::string_view bytes, std::size_t& count) {
  Touch();
  Connection& connection = At(fd);
  if (connection.error != 0) return ErrorOf(fd);
  if (connection.is_reset || (options_.is_unix && !connection.reads)) {
    return EPIPE;
  }
  const std::size_t room = RoomOf(connection);
  if (room == 0) return EAGAIN;
  count = std::min(room, bytes.size());
  if (chance_.Is(0.05)) count = 1 + chance_.Below(count);
  connection.outgoing.append(bytes.substr(0, count));
  return 0;
}

bool StreamReceiver::Shows(int fd, short events) {
  Touch();
  return (EventsOf(At(fd)) & events) != 0;
}

StreamSockets::Input StreamReceiver::DropInput(int fd) {
  Touch();
  const Connection& connection = At(fd);
  if (connection.error != 0) return Input::kError;
  const bool is_over = connection.has_ended || connection.is_reset;
  return is_over ? Input::kEnd : Input::kNothing;
}

int StreamReceiver::ErrorOf(int fd) {
  const int error = At(fd).error;
  At(fd).error = 0;
  return error;
}

std::optional<std::uint64_t> StreamReceiver::ConfirmedBytes(
    int fd, std::uint64_t written) {
  Touch();
  const Connection& connection = At(fd);
  if (connection.is_reset) return written;
  return options_.is_unix ? connection.text.size() : connection.confirmed;
}

// Once both sides have ended, the system no longer reports a reset: a receiver
// that had ended its side before must read on to be told from others.
void StreamReceiver::EndWriting(int fd) {
  Connection& connection = At(fd);
  connection.we_ended = true;
  if (connection.has_ended) connection.closes_at = kNever;
}

void StreamReceiver::Close(int fd) {
  Connection& connection = At(fd);
  connection.we_ended = true;
  // Nobody waits for it any more.
  if (!connection.is_connected) connection.is_refused = true;
}

void StreamReceiver::WaitFor(std::span<pollfd> files,
                             std::chrono::nanoseconds wait) {
  const Nanos until =
      clock_.now() + std::max<Nanos>(wait.count(), kShortestWait);
  for (;;) {
    Advance(clock_.now());
    bool any = false;
    for (pollfd& file : files) {
      file.revents = static_cast<short>(EventsOf(At(file.fd)) &
                                        (file.events | POLLERR | POLLHUP));
      any = any || file.revents != 0;
    }
    if (any || clock_.now() >= until) return;
    clock_.AdvanceTo(std::min(until, clock_.now() + kStep));
  }
}

void StreamReceiver::Advance(Nanos time) {
  const double seconds = static_cast<double>(time - moved_until_) / 1e9;
  moved_until_ = time;
  for (Connection& each : connections_) {
    if (!each.is_connected && each.error == 0 && !each.is_reset &&
        time >= each.connected_at) {
      each.is_connected = !each.is_refused;
      if (each.is_refused && !each.we_ended) {
        each.error = ECONNREFUSED;
        each.is_reset = true;
      }
    }
    if (each.is_connected) Move(each, seconds);
    if (time >= each.closes_at && each.reads) CloseByReceiver(each);
  }
  while (time >= next_trouble_) {
    if (next_trouble_ > 0) MakeTrouble();
    next_trouble_ +=
        chance_.Time(options_.trouble_every / 10, options_.trouble_every * 5);
  }
}

void StreamReceiver::Move(Connection& connection, double seconds) {
  if (connection.is_reset || connection.has_vanished) return;
  if (!connection.reads) {
    // The answer to data for a closed connection is a reset.
    if (!connection.outgoing.empty()) Reset(connection);
    return;
  }
  const std::size_t room = options_.is_unix
                               ? std::numeric_limits<std::size_t>::max()
                               : options_.inbox_bytes - connection.inbox.size();
  connection.confirmed += MoveBytes(
      connection.outgoing, connection.inbox,
      std::min(room, Portion(options_.wire_bytes_per_second, seconds)));
  // A receiver that has ended its side, and neither reads on nor closes the
  // connection soon, cannot be told from one that has read everything.
  const bool is_half_open = connection.has_ended;
  if (is_half_open ? connection.closes_at != kNever
                   : moved_until_ < stalls_until_) {
    return;
  }
  MoveBytes(connection.inbox, connection.text,
            is_half_open ? connection.inbox.size()
                         : Portion(options_.read_bytes_per_second, seconds));
  if (connection.we_ended && connection.outgoing.empty() &&
      connection.inbox.empty()) {
    CloseByReceiver(connection);
  }
}

void StreamReceiver::Reset(Connection& connection) {
  connection.is_reset = true;
  connection.has_ended = true;
  connection.reads = false;
  connection.error = ECONNRESET;
}

void StreamReceiver::CloseByReceiver(Connection& connection) {
  if (!connection.inbox.empty()) {
    Reset(connection);
    return;
  }
  connection.has_ended = true;
  connection.reads = false;
}

void StreamReceiver::Touch() {
  Advance(clock_.Now());
  if (chance_.Is(options_.sudden_trouble)) MakeTrouble();
}

void StreamReceiver::MakeTrouble() {
  const Nanos time = chance_.Time(10 * kMillisecond, 3 * kNanosPerSecond);
  const std::size_t kind = chance_.Below(6);
  const bool is_restarted = chance_.Is(0.5);
  if (kind == 0) stalls_until_ = moved_until_ + time;
  if (kind == 1 || kind == 2) refuses_until_ = moved_until_ + time;
  const bool concerns_all = chance_.Is(0.3);
  for (Connection& each : connections_) {
    if (!each.is_connected || !each.reads || each.has_vanished) continue;
    if (kind == 0 && is_restarted && !each.has_ended) {
      each.closes_at = stalls_until_;
    }
    if (!concerns_all && chance_.Is(0.5)) continue;
    if (kind == 1 || kind == 3) CloseByReceiver(each);
    if (kind == 4 && !each.has_ended && !each.we_ended) {
      each.closes_at = kNever;
      each.has_ended = true;
      if (is_restarted) {
        each.closes_at = moved_until_ + chance_.Time(1000, kMostHalfOpen);
      }
    }
    if (kind == 5 && options_.may_vanish && !options_.is_unix) {
      each.has_vanished = true;
    }
  }
}

void StreamReceiver::Finish() {
  stalls_until_ = 0;
  stored_.inputs.clear();
  for (Connection& each : connections_) {
    if (each.is_connected && each.reads && !each.has_vanished &&
        !each.is_reset) {
      each.text += each.inbox + each.outgoing;
    }
    std::string_view rest = each.text;
    for (std::size_t end = 0; (end = rest.find('\n')) != rest.npos;) {
      ++stored_.counts[std::string(rest.substr(0, end))];
      rest.remove_prefix(end + 1);
    }
    if (!rest.empty()) stored_.tails.emplace_back(rest);
    stored_.inputs.push_back(std::move(each.text));
  }
}

}  // namespace busyhour::internal
