#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// A list of texts or of other values of any length, one after the other in
/// memory. All of them together have less than 4 GiB.
class ByteStrings {
 public:
  std::size_t size() const noexcept { return ends_.size(); }
  std::size_t bytes() const noexcept { return used_; }

  std::string_view operator[](std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {bytes_.data() + begin, ends_[i] - begin};
  }

  void Add(std::string_view value) {
    char* const at = Room(value.size());
    value.copy(at, value.size());
    Take(at + value.size());
  }

  /// Space for a value of at most `most` bytes, which `Take` adds.
  char* Room(std::size_t most) {
    if (bytes_.size() - used_ < most) bytes_.resize(2 * (used_ + most));
    return bytes_.data() + used_;
  }
  /// Adds the value that was written into the last `Room`, up to `end`.
  void Take(const char* end) {
    used_ = static_cast<std::size_t>(end - bytes_.data());
    ends_.push_back(static_cast<std::uint32_t>(used_));
  }

  void Clear() noexcept {
    used_ = 0;
    ends_.clear();
  }

 private:
  std::string bytes_;  // longer than used_
  std::size_t used_ = 0;
  std::vector<std::uint32_t> ends_;
};

}  // namespace busyhour::internal
