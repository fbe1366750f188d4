#include "framing/message_writer.h"

#include <optional>

#include "base/time.h"
#include "framing/frame.h"

namespace busyhour {
namespace {

// Facility local use 0, severity informational.
constexpr std::string_view kSyslogPriority = "<134>1 ";
constexpr std::string_view kSyslogNames = " busyhour busyhour - ";

// TIMESTAMP of RFC 5424, always with three fractional digits: common parsers
// refuse a fraction that is only sometimes present.
std::string TimestampText(SimTime time) {
  std::string text = FormatTime(time);
  if (time.ms % kMsPerSecond == 0) text.insert(text.size() - 1, ".000");
  return text;
}

}  // namespace

MessageWriter::MessageWriter(Frame frame, Shape shape, bool syslog,
                             const Worlds& worlds)
    : info_(Info(frame)),
      text_(frame, shape, FrameText::Place::kReceiver),
      syslog_(syslog),
      worlds_(worlds) {}

void MessageWriter::Join(LogType log, std::string& bytes) {
  bytes += is_begun_ ? text_.Join(last_log_, log) : text_.Begin(log);
  is_begun_ = true;
  last_log_ = log;
}

std::size_t MessageWriter::AddPiece(LogType log, std::string_view piece,
                                    std::string& bytes) {
  Join(log, bytes);
  const std::size_t begin = bytes.size();
  bytes += piece;
  return begin;
}

std::size_t MessageWriter::Add(const Record& record, std::string_view text,
                               std::optional<SimTime> sent,
                               std::string& bytes) {
  if (syslog_) {
    with_header_.assign(kSyslogPriority);
    with_header_ += TimestampText(sent.value_or(record.delivery()));
    with_header_ += kSyslogNames;
    with_header_ += Info(record.log()).category;
    with_header_ += " - ";
    with_header_ += text;
    text = with_header_;
  }
  Join(record.log(), bytes);
  const std::size_t begin = bytes.size();
  if (info_.wrap != nullptr) {
    info_.wrap(record, text, worlds_.CastOf(record), sent, bytes);
  } else {
    bytes += text;
  }
  bytes += info_.row_end;
  return begin;
}

}  // namespace busyhour
