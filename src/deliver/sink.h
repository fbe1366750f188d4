#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.h"

namespace busyhour {

/// One of the files that a stream is cut into.
struct StreamFile {
  std::uint64_t number = 0;  ///< among the stream's files, from 1
  /// Of delivery, since 1970, where there is a file for each; else -1.
  std::int64_t hour = -1;

  friend bool operator==(const StreamFile&, const StreamFile&) = default;
};

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

  /// Of a stream that is cut into files: what follows belongs to `file`.
  virtual Status BeginFile(const StreamFile& file) {
    static_cast<void>(file);
    return Status::Ok();
  }
  /// All of the file at hand has been written, `records` of them.
  virtual Status EndFile(std::uint64_t records) {
    static_cast<void>(records);
    return Status::Ok();
  }

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
