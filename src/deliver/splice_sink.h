#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "deliver/sink.h"

namespace busyhour {

/// Lends its bytes to a pipe instead of copying them there (vmsplice(2)): the
/// reader reads them where they were written.
///
/// So they must not be written over before the reader has them. A pipe holds so
/// many pages; once as many bytes have followed, it holds none of those before.
/// That is true of a reader that reads. One that passes pages on unread
/// (splice(2), tee(2)) may see them change: therefore this is only done when it
/// is asked for.
class SpliceSink : public Sink {
 public:
  /// `fd` must be a pipe (`IsPipe`); it stays the caller's, is made as wide as
  /// the system lets it, and is `name` in messages. For `stop` see `FdSink`.
  SpliceSink(int fd, std::string name, const std::atomic<bool>* stop = nullptr);
  /// Waits like `Finish`, unless that was done.
  ~SpliceSink() override;

  static bool IsPipe(int fd) noexcept;

  Status Write(std::span<const std::string_view> spans) override;
  /// Returns when the reader has read everything, or has gone away.
  Status Finish() override;
  std::size_t held_bytes() const noexcept override { return pipe_bytes_; }

 private:
  int fd_;
  std::string name_;
  const std::atomic<bool>* stop_;
  std::size_t pipe_bytes_;
  bool drained_ = true;
};

}  // namespace busyhour
