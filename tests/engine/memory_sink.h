#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "deliver/sink.h"

namespace busyhour::internal {

/// Keeps all bytes written to it.
class MemorySink : public Sink {
 public:
  Status Write(std::span<const std::string_view> spans) override {
    for (const std::string_view span : spans) bytes_ += span;
    return Status::Ok();
  }
  Status Finish() override {
    ++finished_;
    return Status::Ok();
  }

  const std::string& bytes() const { return bytes_; }
  /// The number of calls of Finish.
  int finished() const { return finished_; }

 private:
  std::string bytes_;
  int finished_ = 0;
};

/// Calls `then` at its n-th write, starting at 1, and accepts all others.
class BreakingSink : public MemorySink {
 public:
  BreakingSink(int n, std::function<Status()> then)
      : left_(n), then_(std::move(then)) {}

  Status Write(std::span<const std::string_view> spans) override {
    if (--left_ == 0) return then_();
    return MemorySink::Write(spans);
  }
  /// Whether there were writes after the n-th one.
  bool written_after() const { return left_ < 0; }

 private:
  int left_;
  std::function<Status()> then_;
};

}  // namespace busyhour::internal
