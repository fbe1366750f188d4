#include <optional>
#include <string>
#include <string_view>

#include "framing/frame.h"
#include "framing/wrapping.h"

namespace busyhour {
namespace {

std::string StreamOpen(LogType log, Shape) {
  return R"({"stream":{"service_name":"busyhour","category":")" +
         std::string(Info(log).category) + R"("},"values":[)";
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

// Push requests of Grafana Loki, with one stream per log.
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
    .section_close = "]}",
    .section_join = ",",
    .has_messages = true,
};

}  // namespace busyhour
