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
  std::size_t size() const noexcept { return offsets_.size() - 1; }
  std::size_t bytes() const noexcept { return used_; }

  std::string_view operator[](std::size_t i) const noexcept {
    return {bytes_.data() + offsets_[i], offsets_[i + 1] - offsets_[i]};
  }
  /// The first byte of all values, and the begin of each value there; then the
  /// end of the last one.
  const char* data() const noexcept { return bytes_.data(); }
  const std::uint32_t* offsets() const noexcept { return offsets_.data(); }

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
    offsets_.push_back(static_cast<std::uint32_t>(used_));
  }

  /// Adds `count` values of at most `most` bytes each: `put(i, p)` writes value
  /// `i` at `p` and returns its end.
  template <class Put>
  void AddEach(std::size_t count, std::size_t most, const Put& put) {
    char* p = Room(count * most);
    const char* const begin = bytes_.data();
    const std::size_t first = offsets_.size();
    offsets_.resize(first + count);
    std::uint32_t* const ends = offsets_.data() + first;
    for (std::size_t i = 0; i < count; ++i) {
      p = put(i, p);
      ends[i] = static_cast<std::uint32_t>(p - begin);
    }
    used_ = static_cast<std::size_t>(p - begin);
  }

  void Clear() noexcept {
    used_ = 0;
    offsets_.resize(1);
  }

 private:
  std::string bytes_;  // longer than used_
  std::size_t used_ = 0;
  std::vector<std::uint32_t> offsets_ = {0};
};

}  // namespace busyhour::internal
