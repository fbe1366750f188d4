#pragma once

#include <sys/uio.h>

#include <atomic>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace busyhour {

/// A way to give bytes to a file descriptor, as writev(2).
using PutPieces = ssize_t (*)(int fd, const iovec* pieces, int count);

/// Gives all of `spans` to `fd`, however little it takes at a time. `name` is
/// what a message calls it. Once `stop` is set (it may be null), nothing more
/// is given, as if the reader had gone away.
Status WriteFully(int fd, std::span<const std::string_view> spans,
                  const std::string& name, const std::atomic<bool>* stop,
                  PutPieces put);

/// Makes `fd`, if it is a pipe, as wide as the system lets an unprivileged
/// program.
void WidenPipe(int fd) noexcept;
/// How many bytes a pipe holds at most; 0 if `fd` is none.
std::size_t PipeBytes(int fd) noexcept;

}  // namespace busyhour
