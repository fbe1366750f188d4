#include <optional>
#include <string>
#include <string_view>

#include "framing/frame.h"
#include "framing/wrapping.h"

namespace busyhour::internal {
namespace {

void OpenStream(std::string_view labels, std::string& out) {
  out += R"({"stream":{)";
  out += labels;
  out += R"(},"values":[)";
}

std::string StreamOpen(LogType log, Shape) {
  std::string open;
  OpenStream(R"("service_name":"busyhour","category":")" +
                 std::string(Info(log).category) + '"',
             open);
  return open;
}

void WrapForLoki(const Record& record, std::string_view text, const Cast&,
                 std::optional<SimTime> sent, std::string& out) {
  out += "[\"";
  AppendNanos(sent.value_or(record.delivery()), out);
  out += "\",\"";
  AppendEscaped(text, out);
  out += "\"]";
}

}  // namespace

// Push requests of Grafana Loki, with one stream per log, or as the labels of a
// receiver require.
constinit const FrameInfo kLokiFrame = {
    .frame = Frame::kLoki,
    .name = "loki",
    .extension = ".jsonl",
    .content_type = "application/json",
    .open = R"({"streams":[)",
    .join = ",",
    .close = "]}",
    .wrap = WrapForLoki,
    .notes_time = true,
    .section_open = StreamOpen,
    .section_with = OpenStream,
    .section_close = "]}",
    .section_join = ",",
    .has_messages = true,
};

}  // namespace busyhour::internal
