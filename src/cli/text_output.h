#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "cli/options.h"
#include "deliver/sink.h"

namespace busyhour::internal {

/// The options that `TextOutput` reads.
inline constexpr Option kTextOutputOptions[] = {
    Short('o',
          {"out", "FILE|-", "Output: a file, or - for standard output", "-"}),
    {"force", "", "Replace an existing file"},
};

/// Text that a command writes to a file or to standard output, in one pass. A
/// file gets its name when it is complete; if that fails or a signal ends the
/// program, nothing is left of it.
class TextOutput {
 public:
  /// Refuses the options if the file cannot be written.
  explicit TextOutput(OptionReader& options);

  /// Before the first text.
  void Open();
  /// Adds text. After a failure, or once the reader has closed the pipe, it is
  /// discarded.
  void Write(std::string_view text);
  /// Whether text is still of use.
  bool WantsMore() const { return status_.ok(); }
  /// Completes the output, or removes it after a failure. A closed pipe is no
  /// failure.
  Status Finish();

 private:
  void Flush();

  std::string path_;
  bool may_replace_;
  std::unique_ptr<Sink> sink_;
  std::string buffer_;
  Status status_ = Status::Ok();
};

/// Refuses `--out` if its ending is not one of JSON Lines without compression.
void RefuseOtherThanLines(OptionReader& options);

/// Writes `text` to a file, to a pipe or device, or for `-` to standard output,
/// unless `path` is empty. A file is replaced; whether it may be is checked
/// before.
Status WriteReport(const std::string& path, const std::string& text);

}  // namespace busyhour::internal
