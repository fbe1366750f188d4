#pragma once

#include <exception>
#include <functional>
#include <thread>

namespace busyhour::internal {

/// A thread that ends before the data that it uses: the destructor waits for
/// it. `Join` passes an exception of its body to the owner.
class Worker {
 public:
  /// Throws `std::runtime_error` with a message if the thread cannot be
  /// started.
  explicit Worker(std::function<void()> body);
  Worker(Worker&&) = delete;
  /// Waits for the end; an exception of the body is lost.
  ~Worker();

  /// Waits for the end, and rethrows an exception of the body.
  void Join();

 private:
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace busyhour::internal
