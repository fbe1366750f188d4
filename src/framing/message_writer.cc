#include "framing/message_writer.h"

#include <optional>

#include "base/time.h"
#include "framing/frame.h"

namespace busyhour::internal {
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
                             const Worlds& worlds, const StreamLabels& labels)
    : info_(Info(frame)), syslog_(syslog), worlds_(worlds), labels_(labels) {
  if (info_.section_with != nullptr) {
    values_ = std::make_unique<FieldValues>(worlds.vocabularies());
  } else if (info_.section_open != nullptr) {
    for (const LogType log : kLogTypes) {
      sections_[log] = info_.section_open(log, shape);
    }
  }
}

std::string_view MessageWriter::SectionOf(const Record& record) {
  if (values_ == nullptr) return sections_[record.log()];
  // Labels have no ids, and no facts of the call.
  values_->Read(record, {}, {}, {});
  members_.clear();
  labels_.Append(record.log(), *values_, members_);
  section_.clear();
  info_.section_with(members_, section_);
  return section_;
}

void MessageWriter::Join(std::string_view section, std::string& bytes) {
  if (!is_begun_) {
    bytes += info_.open;
    bytes += section;
  } else if (info_.section_join.empty() || section == last_section_) {
    bytes += info_.join;
    return;
  } else {
    bytes += info_.section_close;
    bytes += info_.section_join;
    bytes += section;
  }
  is_begun_ = true;
  last_section_ = section;
}

std::optional<std::string_view> MessageWriter::SectionIn(
    std::string_view between, bool is_first) const {
  if (is_first) return between.substr(info_.open.size());
  if (between == info_.join) return std::nullopt;
  return between.substr(info_.section_close.size() + info_.section_join.size());
}

std::size_t MessageWriter::AddPiece(std::string_view section,
                                    std::string_view piece,
                                    std::string& bytes) {
  Join(section, bytes);
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
  Join(SectionOf(record), bytes);
  const std::size_t begin = bytes.size();
  if (info_.wrap != nullptr) {
    info_.wrap(record, text, worlds_.CastOf(record), sent, bytes);
  } else {
    bytes += text;
  }
  bytes += info_.row_end;
  return begin;
}

}  // namespace busyhour::internal
