#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "read/inflater.h"

namespace busyhour::internal {

/// The text of an input, in pieces.
class InputText {
 public:
  virtual ~InputText() = default;
  /// Reads up to `size` bytes to `to` and returns their number; 0 at the end,
  /// or at the first error.
  virtual std::size_t Read(char* to, std::size_t size) = 0;
  /// The error message; empty if there was no error.
  virtual const std::string& trouble() const noexcept = 0;
};

/// The decompressed bytes of one input. The compression is detected from the
/// content, not from the file name. Memory does not depend on the size. For one
/// thread.
class InputBytes : public InputText {
 public:
  /// Size of the buffer for bytes that are still compressed.
  static constexpr std::size_t kRawBytes = 256 << 10;

  /// Reads up to `size` bytes to `to` and returns their number; 0 at the end,
  /// negative on an error (see `errno`).
  using Source = std::function<long(char* to, std::size_t size)>;

  /// `max_inflated`: limit of the decompressed size. `size`: that of the input,
  /// if it is known to be small.
  InputBytes(Source source, std::uint64_t max_inflated,
             std::size_t size = kRawBytes);

  std::size_t Read(char* to, std::size_t size) override;
  const std::string& trouble() const noexcept override { return trouble_; }

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

}  // namespace busyhour::internal
