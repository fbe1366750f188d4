#include <optional>
#include <string>
#include <string_view>

#include "encode/put.h"
#include "framing/frame.h"
#include "logs/cast.h"

namespace busyhour::internal {
namespace {

// Uses the record's own id, so that a record that is sent twice is stored once.
void WrapForElastic(const Record& record, std::string_view text,
                    const Cast& cast, std::optional<SimTime> sent,
                    std::string& out) {
  RecordIds ids;
  cast.SetIds(record, ids);
  out += R"({"create":{"_id":")";
  AppendGuid(ids.id, out);
  // Several records may have no id of their own.
  if (record.resource() > 0) out += '-' + std::to_string(record.resource());
  out += '-' + std::to_string(record.key.call_bits()) + '-' +
         std::to_string(record.sequence);
  // The second delivery of a duplicate fault must be stored in addition to the
  // first.
  if (record.is_copy()) out += "-copy";
  out += "\"}}\n";
  if (sent && text.starts_with('{')) {
    // The member that a data stream requires.
    out += R"({"@timestamp":")" + FormatTime(*sent) + "\",";
    text.remove_prefix(1);
  }
  out += text;
}

}  // namespace

// Bulk requests of Elasticsearch and OpenSearch: `create` with the record's own
// id.
constinit const FrameInfo kElasticFrame = {
    .frame = Frame::kElastic,
    .name = "elastic",
    .extension = ".ndjson",
    .content_type = "application/x-ndjson",
    .row_end = "\n",
    .wrap = WrapForElastic,
    .notes_time = true,
    .is_answered_each = true,
};

}  // namespace busyhour::internal
