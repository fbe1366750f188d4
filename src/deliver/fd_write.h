#pragma once

#include <sys/uio.h>

#include <atomic>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace busyhour::internal {

/// A function that writes pieces to a file descriptor, such as writev(2).
using PutPieces = ssize_t (*)(int fd, const iovec* pieces, int count);

/// Writes all of `spans` to `fd`, in as many calls as needed. `name` is used in
/// messages. Once `stop` is set (it may be null), nothing more is written, as
/// if the reader had closed the pipe.
Status WriteFully(int fd, std::span<const std::string_view> spans,
                  const std::string& name, const std::atomic<bool>* stop,
                  PutPieces put);

}  // namespace busyhour::internal
