#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.h"

namespace busyhour::internal {

/// One of the files into which a stream is divided.
struct StreamFile {
  std::uint64_t number = 0;  ///< among the stream's files, from 1
  /// Number of the period of its records, in periods since 1970, if there are
  /// files for each hour or another period; otherwise -1.
  std::int64_t period = -1;
  /// Number among the files of its period, from 0.
  std::uint64_t part = 0;

  friend bool operator==(const StreamFile&, const StreamFile&) = default;
};

/// A destination for a stream of bytes. Owned and called by one thread.
class Sink {
 public:
  virtual ~Sink() = default;

  /// Writes the spans in order. The caller must not change their memory before
  /// the call returns, nor before `held_bytes()` more bytes have been written.
  virtual Status Write(std::span<const std::string_view> spans) = 0;
  /// Completes the output after the last write. A sink that is destroyed
  /// without this call leaves nothing under its final name.
  virtual Status Finish() = 0;

  /// For a stream that is divided into files: the following bytes belong to
  /// `file`.
  virtual Status BeginFile(const StreamFile& file) {
    static_cast<void>(file);
    return Status::Ok();
  }
  /// The current file is complete and contains `records` records.
  virtual Status EndFile(std::uint64_t records) {
    static_cast<void>(records);
    return Status::Ok();
  }

  /// Number of the last written bytes that a reader may still read in place.
  virtual std::size_t held_bytes() const noexcept { return 0; }
};

/// Discards everything, for measurements.
class NullSink : public Sink {
 public:
  Status Write(std::span<const std::string_view>) override {
    return Status::Ok();
  }
  Status Finish() override { return Status::Ok(); }
};

}  // namespace busyhour::internal
