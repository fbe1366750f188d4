#include <optional>
#include <string>
#include <string_view>

#include "framing/frame.h"
#include "framing/wrapping.h"

namespace busyhour::internal {
namespace {

void WrapForOtlp(const Record& record, std::string_view text, const Cast&,
                 std::optional<SimTime> sent, std::string& out) {
  out += R"({"timeUnixNano":")";
  AppendNanos(sent.value_or(record.delivery()), out);
  out += R"(","body":{"stringValue":")";
  AppendEscaped(text, out);
  out += R"("},"attributes":[{"key":"category","value":{"stringValue":")";
  out += Info(record.log()).category;
  out += R"("}}]})";
}

}  // namespace

// OpenTelemetry's ExportLogsServiceRequest as JSON.
constinit const FrameInfo kOtlpFrame = {
    .frame = Frame::kOtlp,
    .name = "otlp",
    .extension = ".jsonl",
    .content_type = "application/json",
    .open =
        R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name",)"
        R"("value":{"stringValue":"busyhour"}}]},"scopeLogs":[{"scope":{"name":)"
        R"("busyhour"},"logRecords":[)",
    .join = ",",
    .close = "]}]}]}",
    .wrap = WrapForOtlp,
    .notes_time = true,
    .has_messages = true,
};

}  // namespace busyhour::internal
