#include "measure/truth.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encode/skeleton.h"
#include "engine/job_calls.h"
#include "measure/record_text.h"

namespace busyhour::internal {
namespace {

// Passes records to a collector in the same way as a parser that reads their
// text.
class Reader {
 public:
  Reader(const Worlds& worlds, Shape shape, const Question& question)
      : text_(worlds, shape),
        shape_(shape),
        question_(question),
        collector_(question) {}

  void Read(const Record& record) {
    text_.Take(record);
    collector_.BeginDocument();
    collector_.BeginRecord();
    const LogType log = record.log();
    if (question_.task() == Task::kAll) {
      ReadAll(log);
    } else if (question_.task() != Task::kCount) {
      for (const Column& column : Columns(log, shape_)) ReadWanted(column);
    }
    collector_.EndRecord();
    collector_.EndDocument();
  }

  Answer Take() { return collector_.Take(); }

 private:
  static bool IsText(const Column& column) {
    return column.type == Type::kString || column.type == Type::kDatetime;
  }

  // Nothing if it is null. A missing text is a text.
  std::optional<std::string> TextOf(const Column& column) const {
    std::optional<std::string> text = text_.Of(*column.field);
    if (!text && column.type == Type::kString) {
      text = Info(shape_).missing_text;
    }
    return text;
  }

  void ReadWanted(const Column& column) {
    const int slot = column.parent.empty() ? question_.Find(column.name)
                                           : question_.FindInside(column.name);
    if (slot < 0) return;
    const std::optional<std::string> text = TextOf(column);
    if (!text) return;
    if (IsText(column)) {
      collector_.Text(slot, *text);
    } else if (column.type == Type::kInteger) {
      collector_.Integer(slot, std::stoll(*text));
    }
  }

  void ReadAll(LogType log) {
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
      const std::optional<std::string> known = TextOf(column);
      if (!known) {
        collector_.AnyNull();
        continue;
      }
      const std::string text = column.field->kind == FieldKind::kBilledSize
                                   ? std::to_string(billed)
                                   : *known;
      const bool is_missing = !text_.Of(*column.field);
      if (column.field->is_billed && !is_missing) billed += text.size();
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

Answer TrueAnswer(const Worlds& worlds, const Job& job, std::uint64_t calls,
                  const Question& question) {
  JobCalls source(worlds, job, 1);
  Reader reader(worlds, job.shape, question);
  const auto take = [&](std::span<const Record> records) {
    if (calls == 0) return;
    --calls;
    for (const Record& record : records) reader.Read(record);
  };
  while (calls > 0 && source.Next(take)) {
  }
  return reader.Take();
}

}  // namespace busyhour::internal
