#include "framing/frame_text.h"

namespace busyhour {

FrameText::FrameText(Frame frame, Shape shape, Place place) {
  const FrameInfo& info = Info(frame);
  const bool in_file = place == Place::kFile;
  const char* const row_line = in_file && info.has_row_lines ? "\n" : "";
  const bool ends_line = in_file && !info.close.empty();
  join_ = std::string(info.join) + row_line;
  end_of_nothing_.append(info.section_close).append(info.close);
  if (ends_line) end_of_nothing_ += '\n';
  end_ = row_line + end_of_nothing_;
  for (const LogType log : kLogTypes) {
    std::string section;
    if (info.section_open != nullptr) section = info.section_open(log, shape);
    begin_[log] = std::string(info.open) + section + row_line;
    if (info.section_join.empty()) continue;
    change_[log].append(info.section_close).append(info.section_join);
    change_[log] += section;
  }
}

}  // namespace busyhour
