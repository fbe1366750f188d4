#pragma once

#include <string>
#include <utility>

namespace busyhour::internal {

/// The result of an operation that may fail while running: success, or an
/// error.
///
/// Only sinks fail while running; see `InputError` for errors before that.
class [[nodiscard]] Status {
 public:
  static Status Ok() { return Status(); }
  /// `message` is a complete sentence: what failed, where and why.
  static Status Failed(std::string message) {
    Status status;
    status.state_ = State::kFailed;
    status.message_ = std::move(message);
    return status;
  }
  /// The reader has closed the pipe (`| head`): no more output is needed. This
  /// is not an error.
  static Status Closed() {
    Status status;
    status.state_ = State::kClosed;
    return status;
  }

  bool ok() const { return state_ == State::kOk; }
  bool closed() const { return state_ == State::kClosed; }
  const std::string& message() const { return message_; }

 private:
  enum class State { kOk, kClosed, kFailed };
  State state_ = State::kOk;
  std::string message_;
};

}  // namespace busyhour::internal
