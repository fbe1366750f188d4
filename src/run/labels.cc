#include "run/labels.h"

#include "deliver/file_sink.h"
#include "run/job_calls.h"

namespace busyhour {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

// The record that each stream delivers last.
struct Last {
  std::int64_t delivery_ms = -1;
  Record record;
};
using LastRecords = PerLog<Last>;

LastRecords FindLast(const Plan& plan, const Cast& cast, const Job& job,
                     const Faults& faults, const Pipe::Routes& routes) {
  LastRecords last;
  EachCall(plan, cast, job, [&](CallKey, std::span<const Record> records) {
    for (const Record& record : records) {
      const Fate fate = faults.FateOf(record);
      if (fate.dropped) continue;
      Last& of_stream = last[routes[record.log()]];
      // Of those at the same time the last in the order of calls.
      const std::int64_t at_ms =
          record.delivery().ms + fate.late_ms() + fate.repeat_ms;
      if (at_ms >= of_stream.delivery_ms) of_stream = {at_ms, record};
    }
  });
  return last;
}

bool IsSame(const Record& a, const Record& b) {
  return a.call() == b.call() && a.sequence == b.sequence;
}

void Append(const Record& record, const ToldFault& fault, const Cast& cast,
            std::string& text) {
  const Guid id = cast.IdsOf(record).id;
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(":\"").append(value).append("\"");
  };
  add("{\"id\"", id == Guid{} ? "" : FormatGuid(id));
  add(",\"correlation_id\"",
      FormatGuid(cast.CorrelationOf(record.call(), record.correlation_epoch)));
  add(",\"log\"", Info(record.log()).name);
  add(",\"fault\"", Info(fault.kind).name);
  if (!fault.field.empty()) add(",\"field\"", fault.field);
  if (fault.by_ms) text += ",\"by_ms\":" + std::to_string(*fault.by_ms);
  text += "}\n";
}

}  // namespace

Status WriteLabels(const Plan& plan, const Cast& cast, const Job& job,
                   const Pipe::Routes& routes, const std::string& path,
                   bool may_replace) {
  const Faults faults(plan, job);
  LastRecords last;
  if (faults.has(FaultKind::kPartialLine)) {
    last = FindLast(plan, cast, job, faults, routes);
  }
  FileSink sink(path, may_replace);
  if (Status status = sink.Open(); !status.ok()) return status;
  std::string text;
  Status status = Status::Ok();
  const auto flush = [&] {
    const std::string_view span = text;
    if (status.ok()) status = sink.Write({&span, 1});
    text.clear();
  };
  if (!faults.empty()) {
    EachCall(plan, cast, job, [&](CallKey, std::span<const Record> records) {
      for (const Record& record : records) {
        for (const ToldFault& fault :
             faults.Tell(record, faults.FateOf(record))) {
          Append(record, fault, cast, text);
        }
        for (const Last& each : last) {
          if (each.delivery_ms < 0 || !IsSame(each.record, record)) continue;
          if (const auto cut = faults.CutOf(record)) {
            Append(record, faults.Tell(record, *cut), cast, text);
          }
        }
        if (text.size() >= kBufferBytes) flush();
      }
    });
  }
  flush();
  return status.ok() ? sink.Finish() : status;
}

}  // namespace busyhour
