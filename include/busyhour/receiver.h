#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "busyhour/version.h"

namespace busyhour {

/// A receiver for tests: an HTTP server on a free port of 127.0.0.1 that keeps
/// what it is sent. Give its address to the pipeline under test.
///
///   busyhour::Receiver receiver;
///   std::cout << receiver.url().substr(0, 17);  // http://127.0.0.1:
///
/// It answers each POST and PUT, whatever its path, in the order of
/// `AnswerNext`, and 200 without one. A body that it answers with a status of
/// 400 or above is not kept, as a receiver that refuses keeps nothing. All
/// functions are for any thread.
class Receiver {
 public:
  /// Maximum size of the body of a request; a larger one is answered with 413.
  static constexpr std::size_t kMostBodyBytes = 64 << 20;

  /// Throws `std::runtime_error` if it cannot listen.
  Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  /// Closes its connections, and waits for its threads.
  ~Receiver();

  /// `http://127.0.0.1:` and its port.
  const std::string& url() const noexcept;

  /// Answers the next `times` requests with this status, from 200 to 599.
  /// Throws `InputError` for another one.
  void AnswerNext(unsigned status, std::size_t times = 1);

  /// The bodies that it has kept, in the order of their answers.
  std::vector<std::string> bodies() const;

  /// The number of requests that it has read, with those that it refuses. A
  /// client that has an answer finds its request counted.
  std::size_t requests() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace busyhour
