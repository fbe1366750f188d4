#pragma once

#include <atomic>
#include <string>

#include "deliver/sink.h"

namespace busyhour {

/// Writes to an open file descriptor: standard output, a pipe, a device.
///
/// A reader that has gone away is `Status::Closed`, no failure; SIGPIPE must be
/// ignored by the program.
class FdSink : public Sink {
 public:
  /// `name` is what a message calls it. The descriptor stays the caller's; if
  /// it is a pipe, it is made as wide as the system lets it. Once `stop`
  /// is set (by a signal; it may be null), nothing more is written, as if the
  /// reader had gone away.
  FdSink(int fd, std::string name, const std::atomic<bool>* stop = nullptr);

  Status Write(std::span<const std::string_view> spans) override;
  Status Finish() override { return Status::Ok(); }

 private:
  int fd_;
  std::string name_;
  const std::atomic<bool>* stop_;
};

}  // namespace busyhour
