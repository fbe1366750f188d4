#pragma once

#include <string>
#include <utility>

namespace busyhour {

/// How something that may fail while running ended: done, or why not.
///
/// Only sinks fail while running; see `InputError` for what is checked before.
class [[nodiscard]] Status {
 public:
  static Status Ok() { return Status(); }
  /// `message` is a whole sentence for a person: what failed, where, why.
  static Status Failed(std::string message) {
    Status status;
    status.state_ = State::kFailed;
    status.message_ = std::move(message);
    return status;
  }
  /// The reader went away (`| head`): nothing more is wanted, and no error.
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

}  // namespace busyhour
