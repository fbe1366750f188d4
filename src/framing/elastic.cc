#include <string>
#include <string_view>

#include "encode/put.h"
#include "framing/frame.h"
#include "logs/cast.h"

namespace busyhour {
namespace {

// The record's own id, so that what is sent twice is there once.
void Wrap(const Record& record, std::string_view text, const Cast& cast,
          std::string& out) {
  RecordIds ids;
  cast.SetIds(record, ids);
  out += R"({"create":{"_id":")";
  AppendGuid(ids.id, out);
  // Several records may go without an id of their own.
  out += '-' + std::to_string(record.key.call_bits()) + '-' +
         std::to_string(record.sequence);
  // A fault's second delivery is to be there beside the first.
  if (record.is_copy()) out += "-copy";
  out += "\"}}\n";
  out += text;
}

}  // namespace

// Bulk requests of Elasticsearch and OpenSearch: `create` under the record's
// own id.
constinit const FrameInfo kElasticFrame = {
    .frame = Frame::kElastic,
    .name = "elastic",
    .extension = ".ndjson",
    .content_type = "application/x-ndjson",
    .row_end = "\n",
    .wrap = Wrap,
    .is_answered_each = true,
};

}  // namespace busyhour
