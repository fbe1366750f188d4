#pragma once

#include <atomic>
#include <span>
#include <string>
#include <string_view>

#include "deliver/sink.h"

namespace busyhour::internal {

/// Writes to an open file descriptor: standard output, a pipe, a device.
///
/// A reader that has closed the pipe gives `Status::Closed`, which is not a
/// failure. The program must ignore SIGPIPE.
class FdSink : public Sink {
 public:
  /// `name` is used in messages. The caller keeps ownership of the descriptor.
  /// A pipe is enlarged as far as the system allows. Once `stop` is set (by a
  /// signal; it may be null), nothing more is written, as if the reader had
  /// closed the pipe.
  FdSink(int fd, std::string name, const std::atomic<bool>* stop = nullptr);

  Status Write(std::span<const std::string_view> spans) override;
  Status Finish() override { return Status::Ok(); }

 private:
  int fd_;
  std::string name_;
  const std::atomic<bool>* stop_;
};

}  // namespace busyhour::internal
