#include "base/worker.h"

#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace busyhour::internal {

Worker::Worker(std::function<void()> body) {
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
