#pragma once

#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "deliver/sink.h"

namespace busyhour::internal {

/// Passes pages to a pipe instead of copying bytes (`PutPages`): the reader
/// reads them where they were written.
///
/// The memory must not be changed before the reader has read it. A pipe holds a
/// limited number of pages: once as many bytes have followed, it holds none of
/// the earlier ones. This is true for readers that call read(2). A reader that
/// passes pages on unread (splice(2), tee(2)) may see them change, so this sink
/// is used only on request.
class SpliceSink : public Sink {
 public:
  /// `fd` must be a pipe (`IsPipe`) and stays owned by the caller. It is
  /// enlarged as far as the system allows. `name` is used in messages. For
  /// `stop` see `FdSink`.
  SpliceSink(int fd, std::string name, const std::atomic<bool>* stop = nullptr);
  /// Waits like `Finish`, unless `Finish` was called.
  ~SpliceSink() override;

  static bool IsPipe(int fd) noexcept;

  Status Write(std::span<const std::string_view> spans) override;
  /// Returns when the reader has read everything, or has closed the pipe. Once
  /// `stop` is set and the reader has read nothing for a second, it ends the
  /// process with status 130 (interrupted).
  Status Finish() override;
  std::size_t held_bytes() const noexcept override { return lent_bytes_; }

 private:
  int fd_;
  std::string name_;
  const std::atomic<bool>* stop_;
  std::size_t lent_bytes_ = 0;
  bool drained_ = true;
};

}  // namespace busyhour::internal
