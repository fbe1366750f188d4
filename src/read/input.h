#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "read/inflater.h"

namespace busyhour {

/// The bytes of one input as they were before compression. Whether and how they
/// are compressed is seen in the bytes, whatever the file is called. Memory
/// does not depend on the size. For one thread.
class InputBytes {
 public:
  /// Puts up to `size` bytes at `to` and returns how many; 0 at the end, less
  /// than 0 on an error that `errno` tells.
  using Source = std::function<long(char* to, std::size_t size)>;

  /// At most `max_inflated` bytes come out of compressed ones.
  InputBytes(Source source, std::uint64_t max_inflated);

  /// The same like a source; 0 at the end, or at the first trouble.
  std::size_t Read(char* to, std::size_t size);
  /// What went wrong, in words for a person; empty when nothing has.
  const std::string& trouble() const noexcept { return trouble_; }

 private:
  bool Refill();
  void Sniff();

  Source source_;
  std::uint64_t max_inflated_;
  std::uint64_t inflated_ = 0;
  std::vector<char> raw_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  bool sniffed_ = false;
  bool inside_frame_ = false;
  std::unique_ptr<Inflater> inflater_;
  std::string trouble_;
};

}  // namespace busyhour
