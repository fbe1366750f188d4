#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/status.h"

namespace busyhour {

/// Where a stream of bytes goes. Owned and called by one thread.
class Sink {
 public:
  virtual ~Sink() = default;

  /// Takes the spans in order. Their memory must keep its contents until
  /// `held_bytes()` more have been written, and in any case until the call
  /// returns.
  virtual Status Write(std::span<const std::string_view> spans) = 0;
  /// Everything has been written: make it whole. A sink that is destroyed
  /// without this leaves nothing under its final name.
  virtual Status Finish() = 0;

  /// How many of the bytes last written somebody may still read where they lie.
  virtual std::size_t held_bytes() const noexcept { return 0; }
};

/// Takes everything and keeps nothing, for measuring.
class NullSink : public Sink {
 public:
  Status Write(std::span<const std::string_view>) override {
    return Status::Ok();
  }
  Status Finish() override { return Status::Ok(); }
};

}  // namespace busyhour
