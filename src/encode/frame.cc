#include "encode/frame.h"

#include <cstring>

#include "encode/lz4_block.h"
#include "encode/shape.h"

namespace busyhour {
namespace {

constexpr FrameInfo kFrameInfos[] = {
    {Frame::kJsonl, "jsonl", ".jsonl", Shape::kResourceLog, "", "\n"},
    {Frame::kArray, "array", ".json", Shape::kResourceLog, ",\n", ""},
    {Frame::kEventHub, "event-hub", ".jsonl", Shape::kResourceLog, ",", ""},
    {Frame::kCsv, "csv", ".csv", Shape::kPortal, "", "\n"},
    {Frame::kQuery, "query", ".json", Shape::kTable, ",\n", ""},
};

constexpr std::string_view kMessageBegin = R"({"records":[)";
constexpr std::string_view kMessageEnd = "]}\n";
constexpr std::string_view kMessageCut = "]}\n{\"records\":[";

std::string CsvHeader(LogType log, Shape shape) {
  std::string header;
  for (const Column& column : Columns(log, shape)) {
    if (!header.empty()) header += ',';
    const char* const quote = NeedsCsvQuotes(column.name) ? "\"" : "";
    header.append(quote).append(column.name).append(quote);
  }
  return header + '\n';
}

std::string_view QueryType(Type type) {
  switch (type) {
    case Type::kString:
      return "string";
    case Type::kInteger:
      return "int";
    case Type::kReal:
      return "real";
    case Type::kBoolean:
      return "bool";
    case Type::kDatetime:
      return "datetime";
  }
  return {};
}

std::string QueryHead(LogType log, Shape shape) {
  std::string head = R"({"tables":[{"name":"PrimaryResult","columns":[)";
  for (const Column& column : Columns(log, shape)) {
    if (head.back() == '}') head += ',';
    head.append(R"({"name":")").append(column.name);
    head.append(R"(","type":")").append(QueryType(column.type)).append(R"("})");
  }
  return head + "],\"rows\":[\n";
}

}  // namespace

std::span<const FrameInfo, kFrameCount> Frames() { return kFrameInfos; }

std::optional<Frame> FindFrame(std::string_view name) {
  for (const FrameInfo& info : kFrameInfos) {
    if (info.name == name) return info.frame;
  }
  return std::nullopt;
}

RowStyle RowStyleOf(Frame frame, Shape shape) {
  switch (frame) {
    case Frame::kArray:
      return shape == Shape::kPortal ? RowStyle::kPage : RowStyle::kObject;
    case Frame::kCsv:
      return RowStyle::kCsv;
    case Frame::kQuery:
      return RowStyle::kArray;
    case Frame::kJsonl:
    case Frame::kEventHub:
      return RowStyle::kObject;
  }
  return RowStyle::kObject;
}

std::string Objection(Frame frame, Shape shape, std::size_t log_count) {
  if (frame != Frame::kCsv && frame != Frame::kQuery) return {};
  const std::string name(Info(frame).name);
  const std::string shape_name(Info(shape).name);
  if (frame == Frame::kQuery && shape != Shape::kTable) {
    return "frame " + name + " holds shape table, not " + shape_name;
  }
  if (shape != Shape::kPortal && shape != Shape::kTable) {
    return "frame " + name + " holds shape portal or table, not " + shape_name;
  }
  if (log_count != 1) {
    return "frame " + name +
           " holds one log, for its columns are those of the first; choose one "
           "log, or write to a directory";
  }
  return {};
}

std::string Objection(Frame frame, Compression compression) {
  if (frame != Frame::kEventHub || compression != Compression::kLz4) return {};
  return "lz4 does not go with frame event-hub, whose messages are cut where "
         "the text is; gzip and zstd do";
}

bool NeedsCsvQuotes(std::string_view text) noexcept {
  // Looks at all of it, so that it can look at many at once.
  bool needs = false;
  for (const char c : text) {
    needs |= c == ' ' || c == ',' || c == '.' || c == '"';
  }
  return needs;
}

char* QuoteForCsv(char* p, char* end) noexcept {
  const auto bytes = static_cast<std::size_t>(end - p);
  if (!NeedsCsvQuotes({p, bytes})) return end;
  std::memmove(p + 1, p, bytes);
  *p = '"';
  end[1] = '"';
  return end + 2;
}

Framer::Framer(Frame frame, Shape shape, LogType log, std::size_t message_bytes,
               Compression compression)
    : frame_(frame),
      separator_bytes_(Info(frame).separator.size()),
      message_limit_(message_bytes) {
  switch (frame) {
    case Frame::kArray:
      prologue_ = "[\n";
      epilogue_ = "\n]\n";
      break;
    case Frame::kCsv:
      prologue_ = CsvHeader(log, shape);
      break;
    case Frame::kQuery:
      prologue_ = QueryHead(log, shape);
      epilogue_ = "\n]}]}\n";
      break;
    case Frame::kJsonl:
    case Frame::kEventHub:
      break;
  }
  // With no record between the brackets, no line ends there.
  epilogue_of_nothing_ = epilogue_.substr(epilogue_.empty() ? 0 : 1);
  if (compression == Compression::kLz4) {
    prologue_ = Lz4FrameHead() + Lz4StoredBlock(prologue_);
    epilogue_ = Lz4StoredBlock(epilogue_) + Lz4FrameEnd();
    epilogue_of_nothing_ = Lz4StoredBlock(epilogue_of_nothing_) + Lz4FrameEnd();
    separator_bytes_ = 0;
  }
}

void Framer::Add(std::string_view records, std::span<const std::uint32_t> ends,
                 std::vector<std::string_view>& pieces) {
  if (ends.empty()) return;
  if (frame_ == Frame::kEventHub) return AddMessages(records, ends, pieces);
  if (!state_.begun) {
    state_.begun = true;
    if (!prologue_.empty()) pieces.push_back(prologue_);
    records.remove_prefix(separator_bytes_);
  }
  pieces.push_back(records);
}

void Framer::AddMessages(std::string_view records,
                         std::span<const std::uint32_t> ends,
                         std::vector<std::string_view>& pieces) {
  std::size_t begin = 0;  // of what is not in `pieces` yet
  std::size_t end = 0;    // of what has been looked at
  for (const std::uint32_t next : ends) {
    const std::size_t bytes = next - end;  // with the separator
    if (state_.message_bytes != 0 &&
        state_.message_bytes + bytes <= message_limit_) {
      state_.message_bytes += bytes;
    } else {
      if (end > begin) pieces.push_back(records.substr(begin, end - begin));
      pieces.push_back(state_.message_bytes != 0 ? kMessageCut : kMessageBegin);
      begin = end + separator_bytes_;
      state_.message_bytes =
          kMessageBegin.size() + bytes - separator_bytes_ + kMessageEnd.size();
    }
    end = next;
  }
  pieces.push_back(records.substr(begin, end - begin));
}

void Framer::Finish(std::vector<std::string_view>& pieces) {
  if (frame_ == Frame::kEventHub) {
    if (state_.message_bytes != 0) pieces.push_back(kMessageEnd);
    state_.message_bytes = 0;
    return;
  }
  if (!state_.begun && !prologue_.empty()) pieces.push_back(prologue_);
  const std::string& end = state_.begun ? epilogue_ : epilogue_of_nothing_;
  if (!end.empty()) pieces.push_back(end);
}

}  // namespace busyhour
