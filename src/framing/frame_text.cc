#include "framing/frame_text.h"

namespace busyhour::internal {

FrameText::FrameText(Frame frame, Shape shape) {
  const FrameInfo& info = Info(frame);
  const char* const row_line = info.has_row_lines ? "\n" : "";
  join_ = std::string(info.join) + row_line;
  end_of_nothing_.append(info.section_close).append(info.close);
  if (!info.close.empty()) end_of_nothing_ += '\n';
  end_ = row_line + end_of_nothing_;
  for (const LogType log : kLogTypes) {
    std::string section;
    if (info.section_open != nullptr) section = info.section_open(log, shape);
    begin_[log] = std::string(info.open) + section + row_line;
  }
}

}  // namespace busyhour::internal
