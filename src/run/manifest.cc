#include "run/manifest.h"

#include <nlohmann/json.hpp>

#include "busyhour/version.h"
#include "deliver/file_sink.h"
#include "encode/shape.h"

namespace busyhour {
namespace {

using Json = nlohmann::ordered_json;

Json ExtentJson(const Extent& extent) {
  switch (extent.kind) {
    case Extent::Kind::kDuration:
      return {{"duration_ms", extent.amount}};
    case Extent::Kind::kCalls:
      return {{"calls", extent.amount}};
    case Extent::Kind::kRecords:
      return {{"records", extent.amount}};
    case Extent::Kind::kBytes:
      return {{"bytes", extent.amount}};
  }
  return {};
}

Json LogNames(const Job& job) {
  Json names = Json::array();
  for (const LogInfo& log : Logs()) {
    if (job.logs[static_cast<std::size_t>(log.log)]) names.push_back(log.name);
  }
  return names;
}

Json CountsJson(const Tally& tally) {
  Json records = Json::object();
  for (const LogInfo& log : Logs()) {
    records[std::string(log.name)] =
        tally.records[static_cast<std::size_t>(log.log)];
  }
  return {{"calls", tally.calls},
          {"records", records},
          {"failed_requests", tally.failed_requests},
          {"failed_media", tally.failed_media},
          {"canceled_media", tally.canceled_media}};
}

}  // namespace

std::string Manifest::Text() const {
  Json json;
  json["busyhour"] = kVersion;
  json["format"] = kFormat;
  json["state"] = complete ? "complete" : "interrupted";
  json["profile"] = profile->name;
  json["seed"] = job.seed;
  json["start"] = FormatTime(job.start);
  json["extent"] = ExtentJson(job.extent);
  json["shard"] = {{"index", job.shard.index}, {"count", job.shard.count}};
  json["logs"] = LogNames(job);
  json["shape"] = Info(job.shape).name;
  json["frame"] = Info(job.frame).name;
  if (job.frame == Frame::kEventHub) json["batch_bytes"] = job.message_bytes;
  if (job.compression != Compression::kNone) {
    json["compress"] = Info(job.compression).name;
  }
  json["counts"] = CountsJson(tally);
  json["files"] = Json::array();
  for (const File& file : files) {
    Json entry;
    entry["name"] = file.name;
    if (!file.category.empty()) entry["category"] = file.category;
    entry["records"] = file.records;
    entry["bytes"] = file.bytes;
    entry["xxh3_128"] = file.fingerprint;
    json["files"].push_back(std::move(entry));
  }
  json["profile_text"] = profile->text;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Status WriteManifest(const Manifest& manifest, const std::string& path) {
  FileSink sink(path);
  if (Status status = sink.Open(); !status.ok()) return status;
  const std::string text = manifest.Text();
  const std::string_view span = text;
  if (Status status = sink.Write({&span, 1}); !status.ok()) return status;
  return sink.Finish();
}

}  // namespace busyhour
