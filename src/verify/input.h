#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace busyhour {

/// How some kind of compressed stream is undone, piece by piece.
class Inflater {
 public:
  enum class State { kMore, kEnd, kBroken };
  virtual ~Inflater() = default;
  /// Takes from `in` and puts at `out`, and moves both on. `kEnd` after the
  /// last byte of a frame; another frame may follow.
  virtual State Inflate(const char*& in, const char* in_end, char*& out,
                        char* out_end) = 0;
  /// `gzip`, `zstd`, `LZ4`.
  virtual const char* name() const = 0;
};

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

/// Opens a file, or with `-` standard input. Empty, and `trouble` set, when it
/// cannot be opened.
InputBytes::Source OpenSource(const std::string& path, std::string& trouble);

struct FoundInput {
  std::string path;
  /// Why it cannot be read, in words for a person; empty when it can.
  std::string trouble;
};

/// The files that the words name, in the order of the words: a directory is all
/// its data files at any depth by name, without manifests and files that are
/// not whole; a word that is no file may be a pattern. Links are followed, but
/// no directory is entered twice on one word's behalf. What is in a directory
/// and can hold no data, or cannot be entered, is there with its trouble. Adds
/// to `problems` the words that name nothing.
std::vector<FoundInput> FindInputs(const std::vector<std::string>& words,
                                   std::vector<std::string>& problems);

}  // namespace busyhour
