#include "measure/truth.h"

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "encode/skeleton.h"
#include "logs/call_records.h"
#include "measure/record_text.h"
#include "run/call_source.h"
#include "run/rules.h"
#include "scenario/simulator.h"

namespace busyhour {
namespace {

// Tells a collector of records as a parser would that reads them.
class Teller {
 public:
  Teller(const Cast& cast, Shape shape, const Question& question)
      : text_(cast, shape),
        shape_(shape),
        question_(question),
        collector_(question) {}

  void Tell(const Record& record) {
    text_.Take(record);
    collector_.BeginDocument();
    collector_.BeginRecord();
    const LogType log = record.log();
    if (question_.task() == Task::kAll) {
      TellAll(log);
    } else if (question_.task() != Task::kCount) {
      for (const Column& column : Columns(log, shape_)) TellWanted(column);
    }
    collector_.EndRecord();
    collector_.EndDocument();
  }

  Answer Take() { return collector_.Take(); }

 private:
  static bool IsText(const Column& column) {
    return column.type == Type::kString || column.type == Type::kDatetime;
  }

  void TellWanted(const Column& column) {
    const int slot = column.parent.empty() ? question_.Find(column.name)
                                           : question_.FindInside(column.name);
    if (slot < 0) return;
    const std::string text = text_.Of(*column.field);
    if (IsText(column)) {
      collector_.Text(slot, text);
    } else if (column.type == Type::kInteger) {
      collector_.Integer(slot, std::stoll(text));
    }
  }

  void TellAll(LogType log) {
    std::string_view parent;
    std::size_t billed = 0;
    for (const Column& column : Columns(log, shape_)) {
      if (!question_.is_rows()) {
        if (!column.parent.empty() && column.parent != parent) {
          collector_.AnyName(column.parent);
        }
        collector_.AnyName(column.name);
      }
      parent = column.parent;
      const std::string text = column.field->kind == FieldKind::kBilledSize
                                   ? std::to_string(billed)
                                   : text_.Of(*column.field);
      if (column.field->is_billed) billed += text.size();
      if (IsText(column)) {
        collector_.AnyText(text);
      } else if (column.type == Type::kBoolean) {
        collector_.AnyBoolean(text == Info(shape_).yes);
      } else {
        double number = 0.0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        collector_.AnyNumber(number);
      }
    }
  }

  RecordText text_;
  const Shape shape_;
  const Question& question_;
  Collector collector_;
};

}  // namespace

Answer TrueAnswer(const Plan& plan, const Cast& cast, const Job& job,
                  std::uint64_t calls, const Question& question) {
  const RecordRules rules = RulesOf(plan, job);
  Simulator simulator(plan, job.seed);
  CallSource source(plan, job);
  Teller teller(cast, job.shape, question);
  std::vector<CallSpan> spans;
  std::vector<Record> records;
  while (calls > 0 && source.Next(spans)) {
    for (const CallSpan& span : spans) {
      for (std::uint32_t i = 0; i < span.count && calls > 0; ++i) {
        const CallKey key{span.slot, span.first_ordinal + i};
        if (!job.shard.Has(key)) continue;
        const Call& call = simulator.Simulate(key);
        const auto begin_ms =
            static_cast<std::int64_t>(key.slot) * kMsPerSecond;
        if (begin_ms + call.attempted_ms >= source.end_ms()) continue;
        --calls;
        records.clear();
        AppendRecords(call, rules, StreamKey(job.seed, key.slot, key.ordinal),
                      0, records);
        for (const Record& record : records) teller.Tell(record);
      }
    }
  }
  return teller.Take();
}

}  // namespace busyhour
