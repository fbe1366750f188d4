#pragma once

#include <exception>
#include <functional>
#include <thread>

namespace busyhour {

/// A thread that ends before what it works on: it is waited for, however its
/// owner's scope is left. What its body throws, its owner gets.
class Worker {
 public:
  /// Throws `std::runtime_error` with a sentence when no thread can be started.
  explicit Worker(std::function<void()> body);
  Worker(Worker&&) = delete;
  /// Waits for the end; what was thrown is lost.
  ~Worker();

  /// Waits for the end, and throws what the body threw.
  void Join();

 private:
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace busyhour
