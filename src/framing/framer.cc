#include "framing/framer.h"

#include "encode/lz4_block.h"
#include "framing/frame_text.h"

namespace busyhour::internal {

Framer::Framer(Frame frame, Shape shape, LogType log, std::size_t message_bytes,
               Compression compression)
    : has_messages_(Info(frame).has_messages), message_limit_(message_bytes) {
  const FrameText text(frame, shape);
  begin_ = text.Begin(log);
  join_bytes_ = text.Join().size();
  end_ = text.End();
  end_of_nothing_ = text.EndOfNothing();
  next_message_ = end_ + begin_;
  if (compression == Compression::kLz4) {
    begin_ = Lz4FrameHead() + Lz4StoredBlock(begin_);
    end_ = Lz4StoredBlock(end_) + Lz4FrameEnd();
    end_of_nothing_ = Lz4StoredBlock(end_of_nothing_) + Lz4FrameEnd();
    join_bytes_ = 0;
  }
}

void Framer::Add(std::string_view records, std::span<const std::uint32_t> ends,
                 std::vector<std::string_view>& pieces) {
  if (ends.empty()) return;
  if (has_messages_) return AddMessages(records, ends, pieces);
  if (!state_.begun) {
    state_.begun = true;
    if (!begin_.empty()) pieces.push_back(begin_);
    records.remove_prefix(join_bytes_);
  }
  pieces.push_back(records);
}

void Framer::AddMessages(std::string_view records,
                         std::span<const std::uint32_t> ends,
                         std::vector<std::string_view>& pieces) {
  std::size_t begin = 0;  // of the text that is not in `pieces` yet
  std::size_t end = 0;    // of the records processed so far
  for (const std::uint32_t next : ends) {
    const std::size_t bytes = next - end;  // including the separator
    if (state_.message_bytes != 0 &&
        state_.message_bytes + bytes <= message_limit_) {
      state_.message_bytes += bytes;
    } else {
      if (end > begin) pieces.push_back(records.substr(begin, end - begin));
      pieces.push_back(state_.message_bytes != 0 ? next_message_ : begin_);
      begin = end + join_bytes_;
      state_.message_bytes = begin_.size() + bytes - join_bytes_ + end_.size();
    }
    end = next;
  }
  pieces.push_back(records.substr(begin, end - begin));
}

void Framer::Finish(std::vector<std::string_view>& pieces) {
  if (has_messages_) {
    if (state_.message_bytes != 0) pieces.push_back(end_);
    state_.message_bytes = 0;
    return;
  }
  if (!state_.begun && !begin_.empty()) pieces.push_back(begin_);
  const std::string& end = state_.begun ? end_ : end_of_nothing_;
  if (!end.empty()) pieces.push_back(end);
}

}  // namespace busyhour::internal
