#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "framing/frame.h"
#include "logs/log.h"

namespace busyhour {

/// The constant text around the records of a message, which is the same in
/// files and for receivers but for line ends.
class FrameText {
 public:
  enum class Place : std::uint8_t {
    kFile,      ///< between other messages, on lines
    kReceiver,  ///< by itself
  };
  FrameText(Frame frame, Shape shape, Place place);

  /// What a message begins with whose first record is of `log`.
  std::string_view Begin(LogType log) const noexcept { return begin_[log]; }
  /// What stands between a record of `last` and one of `next`.
  std::string_view Join(LogType last, LogType next) const noexcept {
    return last == next || change_[next].empty() ? join_ : change_[next];
  }
  std::string_view End() const noexcept { return end_; }
  /// The end of a message without records. There no line ends before it.
  std::string_view EndOfNothing() const noexcept { return end_of_nothing_; }

 private:
  PerLog<std::string> begin_;
  PerLog<std::string> change_;  // to another section; empty for none
  std::string join_;
  std::string end_;
  std::string end_of_nothing_;
};

}  // namespace busyhour
