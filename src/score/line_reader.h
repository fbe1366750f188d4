#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "read/input.h"

namespace busyhour::internal {

/// The lines of an untrusted file or standard input, and the problems in them.
/// For one thread.
class LineReader {
 public:
  /// Opens `path`, or standard input for `-`; it may be compressed. Problems
  /// are added to `problems`, which must outlive the reader.
  LineReader(const std::string& path, std::vector<Problem>& problems);

  /// Reads the next line, without its end. False at the end, or after so many
  /// problems that reading must stop. A line of more than 1 MiB is a problem
  /// and ends the input.
  bool Next(std::string& line);
  /// The number of the last line, from 1.
  std::uint64_t number() const { return number_; }

  /// Adds a problem of line `number`.
  void Refuse(std::uint64_t number, std::string message);
  /// Adds problems of the last line, found in its text alone.
  void Refuse(std::vector<Problem> found);
  /// Adds a problem that makes the rest of the input useless.
  void Stop(std::uint64_t number, std::string message);
  /// Adds the number of problems that were not kept. Call it once.
  void Finish();

 private:
  bool Refill();
  void Add(Problem problem);

  std::string name_;
  std::vector<Problem>& problems_;
  std::optional<InputBytes> input_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
  std::size_t found_ = 0;
  bool stopped_ = false;
};

}  // namespace busyhour::internal
