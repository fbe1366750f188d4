#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "framing/frame.h"
#include "logs/log.h"

namespace busyhour {

/// The constant text around the records of a message. Except for line ends, it
/// is the same in files and for receivers.
class FrameText {
 public:
  enum class Place : std::uint8_t {
    kFile,      ///< one of several in a file, on lines
    kReceiver,  ///< sent on its own
  };
  FrameText(Frame frame, Shape shape, Place place);

  /// The start of a message whose first record is of `log`.
  std::string_view Begin(LogType log) const noexcept { return begin_[log]; }
  /// The text between a record of `last` and one of `next`.
  std::string_view Join(LogType last, LogType next) const noexcept {
    return last == next || change_[next].empty() ? join_ : change_[next];
  }
  std::string_view End() const noexcept { return end_; }
  /// The end of a message without records. No line end precedes it.
  std::string_view EndOfNothing() const noexcept { return end_of_nothing_; }

 private:
  PerLog<std::string> begin_;
  PerLog<std::string> change_;  // to the log's section; empty if there is none
  std::string join_;
  std::string end_;
  std::string end_of_nothing_;
};

}  // namespace busyhour
