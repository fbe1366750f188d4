#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "read/input.h"

namespace busyhour::internal {

/// A source of `bytes` that returns at most `step` bytes at a time.
inline InputBytes::Source SourceOf(std::string bytes,
                                   std::size_t step = 1 << 20) {
  return [bytes = std::move(bytes), step, at = std::size_t{0}](
             char* to, std::size_t size) mutable -> long {
    const std::size_t count = std::min({size, step, bytes.size() - at});
    std::memcpy(to, bytes.data() + at, count);
    at += count;
    return static_cast<long>(count);
  };
}

}  // namespace busyhour::internal
