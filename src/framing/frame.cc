#include "framing/frame.h"

#include <algorithm>
#include <vector>

#include "encode/shape.h"

namespace busyhour::internal {
namespace {

// `a, b or c`.
std::string OneOf(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 < names.size() ? ", " : " or ";
    text += names[i];
  }
  return text;
}

}  // namespace

std::span<const FrameInfo, kFrameCount> Frames() {
  static const std::array<FrameInfo, kFrameCount> kAll = {
#define BUSYHOUR_FRAME(name) k##name##Frame,
      BUSYHOUR_FRAMES(BUSYHOUR_FRAME)
#undef BUSYHOUR_FRAME
  };
  return kAll;
}

std::optional<Frame> FindFrame(std::string_view name) {
  for (const FrameInfo& info : Frames()) {
    if (info.name == name) return info.frame;
  }
  return std::nullopt;
}

std::string FrameNames(bool (*is_meant)(const FrameInfo& info)) {
  std::vector<std::string_view> names;
  for (const FrameInfo& info : Frames()) {
    if (is_meant(info)) names.push_back(info.name);
  }
  return OneOf(names);
}

RowFormat RowsOfFile(Frame frame, Shape shape) {
  const FrameInfo& info = Info(frame);
  RowFormat rows{info.style, std::string(info.join), std::string(info.row_end)};
  if (info.is_page_in_portal && shape == Shape::kPortal) {
    rows.style = RowStyle::kPage;
  }
  if (info.has_row_lines) rows.before += '\n';
  return rows;
}

RowFormat RowsOfMessage(Frame frame) { return {Info(frame).style, "", "\n"}; }

std::string ReasonAgainst(Frame frame, Shape shape) {
  const FrameInfo& info = Info(frame);
  if (info.shapes.empty() || std::find(info.shapes.begin(), info.shapes.end(),
                                       shape) != info.shapes.end()) {
    return {};
  }
  std::vector<std::string_view> names;
  for (const Shape each : info.shapes) names.push_back(Info(each).name);
  return "frame " + std::string(info.name) + " requires shape " + OneOf(names) +
         ", not " + std::string(Info(shape).name);
}

std::string ReasonAgainstFile(Frame frame, Shape shape, std::size_t log_count) {
  const FrameInfo& info = Info(frame);
  const std::string name(info.name);
  if (info.extension.empty()) {
    return "frame " + name +
           " is for receivers: in a file, the ends of records would not be "
           "visible";
  }
  std::string reason = ReasonAgainst(frame, shape);
  const bool holds_one = info.section_open != nullptr || info.is_columnar;
  if (reason.empty() && holds_one && log_count != 1) {
    reason = "frame " + name +
             " holds one log in a file; choose one log, or write to a "
             "directory";
  }
  return reason;
}

std::string ReasonAgainst(Frame frame, Compression compression) {
  const FrameInfo& info = Info(frame);
  if (info.is_columnar) return {};
  const std::string name(info.name);
  if (compression == Compression::kSnappy) {
    return "snappy cannot be combined with frame " + name +
           "; only files of frame parquet are compressed with it";
  }
  if (compression != Compression::kLz4) return {};
  if (info.has_messages) {
    return "lz4 cannot be combined with frame " + name +
           "; its messages end where the text ends. Use gzip or zstd";
  }
  if (info.wrap != nullptr) {
    return "lz4 cannot be combined with frame " + name +
           "; it writes text around each record. Use gzip or zstd";
  }
  return {};
}

std::string ExtensionOf(Frame frame, Compression compression) {
  const FrameInfo& info = Info(frame);
  std::string extension(info.extension);
  if (!info.is_columnar) extension += Info(compression).extension;
  return extension;
}

}  // namespace busyhour::internal
