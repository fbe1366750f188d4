#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "framing/frame.h"

namespace busyhour::internal {
namespace {

void AppendSeconds(SimTime time, std::string& out) {
  std::string ms = std::to_string(time.ms % kMsPerSecond);
  ms.insert(0, 3 - ms.size(), '0');
  out += std::to_string(time.ms / kMsPerSecond) + '.' + ms;
}

void WrapForSplunk(const Record& record, std::string_view text, const Cast&,
                   std::optional<SimTime> sent, std::string& out) {
  out += R"({"time":)";
  AppendSeconds(sent.value_or(record.delivery()), out);
  out += R"(,"source":")";
  out += Info(record.log()).category;
  out += R"(","sourcetype":"_json","event":)";
  out += text;
  out += '}';
}

}  // namespace

// Events of Splunk's HTTP Event Collector, one per line.
constinit const FrameInfo kSplunkFrame = {
    .frame = Frame::kSplunk,
    .name = "splunk",
    .extension = ".jsonl",
    .content_type = "application/json",
    .row_end = "\n",
    .wrap = WrapForSplunk,
    .notes_time = true,
};

}  // namespace busyhour::internal
