#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "live/address.h"

namespace busyhour::internal {

/// A request to `PageServer`; absent headers are empty.
struct PageRequest {
  std::string method;  ///< `GET`
  std::string path;    ///< without a query
  std::string host;
  std::string origin;
  std::string accept;
  std::string token;  ///< the header `X-Busyhour-Token`
  std::string body;
  bool is_from_here = false;  ///< whether the peer has a loopback address
};

/// A part of an event stream.
struct PageEvent {
  std::shared_ptr<const std::string> text;
  bool is_last = false;
};

struct PageAnswer {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  /// If it is set, the answer is an endless stream: this makes the next part,
  /// about every second.
  std::function<PageEvent()> next_event;
};

/// A small HTTP server on a thread of its own, with a lower priority than the
/// program.
///
/// Each connection serves one request. Their number, the size and the time of a
/// request, and the time of an answer are limited, so peers that are many, slow
/// or hostile cost neither memory nor time. A viewer that reads slowly misses
/// events.
class PageServer {
 public:
  using Handler = std::function<PageAnswer(const PageRequest&)>;

  static constexpr std::size_t kMostConnections = 64;
  static constexpr std::size_t kMostHeaderBytes = 16 * 1024;
  static constexpr std::size_t kMostBodyBytes = 1024;

  PageServer();
  PageServer(const PageServer&) = delete;
  /// Streams get their next event at once, and are closed within a second.
  ~PageServer();

  /// Before `Start`: listens on the address; the handler is called on the
  /// server's thread. Returns why it cannot, or nothing.
  std::string Listen(const Address& address, Handler handler);
  void Start();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace busyhour::internal
