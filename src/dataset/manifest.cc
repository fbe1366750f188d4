#include "dataset/manifest.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "busyhour/version.h"
#include "dataset/manifest_json.h"
#include "deliver/file_sink.h"
#include "job/job_json.h"

namespace busyhour::internal {
namespace {

using OrderedJson = nlohmann::ordered_json;

// Kinds of faults without a rule are omitted.
OrderedJson CountsJson(const Tally& tally, const Job& job) {
  const LogSet logs = LogsCounted(job);
  OrderedJson records = OrderedJson::object();
  for (const LogType log : logs) {
    records[std::string(Info(log).name)] = tally.records[log];
  }
  OrderedJson counts = {{"calls", tally.calls}, {"records", records}};
  for (const LogType log : logs) {
    const CountedEndings& endings = DescriptorOf(log).endings;
    const auto add = [&counts](std::string_view key, std::uint64_t count) {
      if (!key.empty()) counts[std::string(key)] = count;
    };
    add(endings.failed_key, tally.failed[log]);
    add(endings.canceled_key, tally.canceled[log]);
  }
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto is_such = [i](const FaultRule& rule) {
      return static_cast<std::size_t>(rule.kind) == i;
    };
    if (!std::any_of(job.faults.begin(), job.faults.end(), is_such)) continue;
    counts["faults"][std::string(FaultInfos()[i].name)] = tally.faults[i];
  }
  return counts;
}

OrderedJson PointJson(const StreamPoint& point, const Job& job) {
  // A number for each log up to the last one that is counted.
  OrderedJson bytes = OrderedJson::array();
  for (std::size_t i = 0; i < LogsCounted(job).end_index(); ++i) {
    bytes.push_back(point.bytes[i]);
  }
  OrderedJson json = {{"file", point.file.number},
                      {Info(job.layout).period_member, point.file.period}};
  if (job.layout == Layout::kDataExport) json["part"] = point.file.part;
  json.update({{"open", point.open},
               {"records", point.records},
               {"bytes", bytes},
               {"file_records", point.file_records},
               {"file_bytes", point.file_bytes},
               {"file_text", point.file_text},
               {"written_text", point.written_text},
               {"begun", point.framing.begun},
               {"message_bytes", point.framing.message_bytes}});
  return json;
}

OrderedJson DeliveriesJson(const Deliveries& deliveries, const Job& job) {
  OrderedJson json;
  json["to"] = deliveries.target;
  if (deliveries.by_clock) json["by_clock"] = true;
  for (const LogType log : job.logs) {
    OrderedJson& entry = json["logs"][std::string(Info(log).name)];
    entry["planned"] = deliveries.planned[log];
    const auto list = [&](const char* name, const Deliveries::Lists& lists) {
      entry[name] = OrderedJson::array();
      for (const RecordRange& range : lists[log]) {
        entry[name].push_back({range.first, range.count});
      }
    };
    list("failed", deliveries.failed);
    list("dropped", deliveries.dropped);
    list("not_sent", deliveries.not_sent);
  }
  return json;
}

}  // namespace

std::string Manifest::Text() const {
  OrderedJson json;
  json["busyhour"] = version;
  json["format"] = kFormat;
  json["state"] = complete ? "complete" : "interrupted";
  json["profile"] = profile->name;
  if (OrderedJson zone = TimeZoneJson(*profile); !zone.is_null()) {
    json[kManifestTimeZone] = std::move(zone);
  }
  json.update(JobJson(job));
  json["counts"] = CountsJson(tally, job);
  json["files"] = OrderedJson::array();
  for (const File& file : files) {
    OrderedJson entry;
    entry["name"] = file.name;
    if (!file.category.empty()) entry["category"] = file.category;
    entry["records"] = file.records;
    entry["bytes"] = file.bytes;
    entry["xxh3_128"] = file.fingerprint;
    if (file.is_part) entry["part"] = true;
    json["files"].push_back(std::move(entry));
  }
  if (!complete && !streams.empty()) {
    json["resume"] = OrderedJson::array();
    for (const StreamPoint& point : streams) {
      json["resume"].push_back(PointJson(point, job));
    }
  }
  if (deliveries.size() == 1) {
    json["deliveries"] = DeliveriesJson(deliveries.front(), job);
  }
  for (std::size_t i = 0; deliveries.size() > 1 && i < deliveries.size(); ++i) {
    json["deliveries"].push_back(DeliveriesJson(deliveries[i], job));
  }
  json["profile_text"] = profile->text;
  json[kManifestFingerprint] = ContentFingerprint(json);
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

LogSet LogsCounted(const Job& job) {
  LogSet logs = LogSet::Default();
  logs.AddAll(job.logs);
  return logs;
}

Status WriteManifest(const Manifest& manifest, const std::string& path,
                     bool syncs, FileLock* lock) {
  // It has already been checked whether the file may be replaced.
  FileSink sink(
      path, {.may_replace = true, .syncs = syncs, .discards_unfinished = true});
  if (Status status = sink.Open(); !status.ok()) return status;
  const std::string text = manifest.Text();
  const std::string_view span = text;
  if (Status status = sink.Write({&span, 1}); !status.ok()) return status;
  return lock != nullptr ? sink.FinishLocked(*lock) : sink.Finish();
}

std::string JobKeyOf(const Manifest& manifest) {
  const nlohmann::json key = {{"format", kFormat},
                              {"job", JobJson(manifest.job)},
                              {"profile", manifest.profile->text}};
  return ContentFingerprint(key).substr(0, kJobKeyDigits);
}

}  // namespace busyhour::internal
