#pragma once

#include <string>
#include <string_view>

#include "framing/frame.h"
#include "logs/log.h"

namespace busyhour::internal {

/// The constant text around the records of a message in a file.
class FrameText {
 public:
  FrameText(Frame frame, Shape shape);

  /// The start of a message whose first record is of `log`.
  std::string_view Begin(LogType log) const noexcept { return begin_[log]; }
  /// The text between two records of the same log.
  std::string_view Join() const noexcept { return join_; }
  std::string_view End() const noexcept { return end_; }
  /// The end of a message without records. No line end precedes it.
  std::string_view EndOfNothing() const noexcept { return end_of_nothing_; }

 private:
  PerLog<std::string> begin_;
  std::string join_;
  std::string end_;
  std::string end_of_nothing_;
};

}  // namespace busyhour::internal
