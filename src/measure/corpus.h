#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "job/job.h"
#include "logs/cast.h"
#include "measure/parser.h"
#include "scenario/plan.h"

namespace busyhour {

/// The most that a corpus may take: 1 GiB, or a quarter of the machine's memory
/// where that is less, for parsers need memory as well.
std::uint64_t MaxCorpusBytes();

/// A text that parsers are measured on, whole in memory.
class Corpus {
 public:
  /// What `job` writes. Throws `InputError` when that is more than `max_bytes`.
  static Corpus Generate(const Plan& plan, const Cast& directory,
                         const Job& job, int threads, std::uint64_t max_bytes);

  /// What files hold, one after the other; `-` is standard input. Without a
  /// `frame`, it is taken from what the first begins with. Throws `InputError`:
  /// a file that cannot be read, more than `max_bytes` in all, or several files
  /// in a frame that is one document.
  static Corpus Read(const std::vector<std::string>& paths,
                     std::optional<Frame> frame, std::uint64_t max_bytes);

  /// `kPaddingBytes` behind it may be read.
  std::string_view text() const noexcept {
    return std::string_view(buffer_).substr(0, bytes_);
  }
  Frame frame() const noexcept { return frame_; }
  /// How many calls were written; 0 for files.
  std::uint64_t calls() const noexcept { return calls_; }
  /// How many records were written; 0 for files.
  std::uint64_t records() const noexcept { return records_; }

  /// The names of the columns of a query's answer, from the answer itself.
  /// Empty when it has none.
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

/// What a text that holds records is put together as: its beginning decides.
Frame GuessFrame(std::string_view text);

}  // namespace busyhour
