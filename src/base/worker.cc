#include "base/worker.h"

#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "base/signals_held.h"

namespace busyhour::internal {

Worker::Worker(std::function<void()> body) {
  // The new thread inherits this: signals are for the main thread, which holds
  // them where their handlers must not run.
  const SignalsHeld held;
  try {
    thread_ = std::thread([this, work = std::move(body)] {
      try {
        work();
      } catch (...) {
        error_ = std::current_exception();
      }
    });
  } catch (const std::system_error& error) {
    throw std::runtime_error("cannot start a thread: " +
                             error.code().message());
  }
}

Worker::~Worker() {
  if (thread_.joinable()) thread_.join();
}

void Worker::Join() {
  thread_.join();
  if (error_) std::rethrow_exception(error_);
}

}  // namespace busyhour::internal
