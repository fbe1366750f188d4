#include "dataset/labels.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "deliver/file_sink.h"
#include "engine/job_calls.h"
#include "faults/last_delivered.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

using LastOfStreams = std::vector<LastDelivered>;

LastOfStreams FindLast(const Worlds& worlds, const Job& job,
                       const Faults& faults, const Routes& routes,
                       int threads) {
  LastOfStreams last(routes.streams());
  EachCall(worlds, job, threads, [&](std::span<const Record> records) {
    for (const Record& record : records) {
      faults.Of(record).EachDelivery(record, [&](const Record& as) {
        last[routes.Of(record)].Take(as, 0);
      });
    }
  });
  return last;
}

bool IsSame(const Record& a, const Record& b) {
  return a.call() == b.call() && a.sequence == b.sequence;
}

void Append(const Record& record, const FaultLabel& fault, const Cast& cast,
            std::string& text) {
  const Guid id = cast.IdsOf(record).id;
  nlohmann::ordered_json label = {
      {"id", id == Guid{} ? "" : FormatGuid(id)},
      {"correlation_id",
       FormatGuid(cast.CorrelationOf(record.call(), record.correlation_epoch))},
      {"log", Info(record.log()).name},
      {"fault", Info(fault.kind).name}};
  if (!fault.field.empty()) label["field"] = fault.field;
  if (fault.by_ms) label["by_ms"] = *fault.by_ms;
  text += label.dump() + '\n';
}

}  // namespace

Status WriteLabels(const Worlds& worlds, const Job& job, const Routes& routes,
                   const std::string& path, bool may_replace, int threads) {
  FileSink sink(path,
                {.may_replace = may_replace, .discards_unfinished = true});
  if (Status status = sink.Open(); !status.ok()) return status;
  const Faults faults(worlds, job);
  LastOfStreams last;
  if (faults.has(FaultKind::kPartialLine)) {
    last = FindLast(worlds, job, faults, routes, threads);
  }
  std::string text;
  Status status = Status::Ok();
  const auto flush = [&] {
    const std::string_view span = text;
    if (status.ok()) status = sink.Write({&span, 1});
    text.clear();
  };
  if (!faults.empty()) {
    JobCalls calls(worlds, job, threads);
    const auto take = [&](std::span<const Record> records) {
      for (const Record& record : records) {
        const Cast& cast = worlds.CastOf(record);
        for (const FaultLabel& fault :
             faults.LabelsOf(record, faults.Of(record))) {
          Append(record, fault, cast, text);
        }
        if (!last.empty()) {
          const auto& end = last[routes.Of(record)].record();
          const auto cut =
              end && IsSame(*end, record) ? faults.CutOf(record) : std::nullopt;
          if (cut) Append(record, faults.LabelOf(record, *cut), cast, text);
        }
        if (text.size() >= kBufferBytes) flush();
      }
    };
    while (status.ok() && calls.Next(take)) {
    }
    if (status.ok()) calls.Check();
  }
  flush();
  return status.ok() ? sink.Finish() : status;
}

}  // namespace busyhour::internal
