#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "job/job.h"
#include "logs/worlds.h"
#include "measure/parser.h"

namespace busyhour::internal {

/// Maximum size of a corpus: 1 GiB, or a quarter of the machine's memory if
/// that is less, because parsers need memory as well.
std::uint64_t MaxCorpusBytes();

/// The text that parsers are measured on, completely in memory.
class Corpus {
 public:
  /// The output of `job`. Throws `InputError` if it is larger than `max_bytes`.
  static Corpus Generate(const Worlds& worlds, const Job& job, int threads,
                         std::uint64_t max_bytes);

  /// The content of files, concatenated; `-` is standard input. Without a
  /// `frame`, a first file named *.csv means `csv`; otherwise the beginning of
  /// the text determines the frame. Throws `InputError` if a file cannot be
  /// read, if the total is larger than `max_bytes`, or if there are several
  /// files in a frame that is one document.
  static Corpus Read(const std::vector<std::string>& paths,
                     std::optional<Frame> frame, std::uint64_t max_bytes);

  /// Readers may also read `kPaddingBytes` after the end.
  std::string_view text() const noexcept {
    return std::string_view(buffer_).substr(0, bytes_);
  }
  Frame frame() const noexcept { return frame_; }
  /// Number of calls written; 0 for files.
  std::uint64_t calls() const noexcept { return calls_; }
  /// Number of records written; 0 for files.
  std::uint64_t records() const noexcept { return records_; }

  /// The column names of a query's answer, read from the answer itself; empty
  /// if it has none.
  std::vector<std::string> QueryColumns() const;

 private:
  Corpus() = default;
  void Pad();

  std::string buffer_;
  std::size_t bytes_ = 0;
  Frame frame_ = Frame::kJsonl;
  std::uint64_t calls_ = 0;
  std::uint64_t records_ = 0;
};

/// The frame of a text that contains records, determined from its beginning.
Frame GuessFrame(std::string_view text);

}  // namespace busyhour::internal
