#include "read/record_reader.h"

#include "read/json_pointer.h"

namespace busyhour {

bool RecordHandler::TakeTextInside(const ReceivedRecord& wrapper,
                                   std::uint64_t line) {
  if (!knows_texts()) return false;
  for (const ReceivedRecord::Value& value : wrapper.values) {
    if (value.kind == ValueKind::kText && TakeText(value.text, line)) {
      return true;
    }
  }
  return false;
}

RecordReader::RecordReader(Shape preferred, const ReadOptions& options,
                           RecordHandler& handler)
    : options_(options), handler_(handler), unwrapper_(preferred, options) {}

RecordReader::~RecordReader() = default;

ByteCounts RecordReader::Read(const InputBytes::Source& source) {
  InputBytes input(source, options_.max_inflated);
  return SplitRecords(input, options_.max_record, *this);
}

std::size_t RecordReader::TakeExact(const char* p, const char* end,
                                    std::uint64_t line) {
  // With arrival times, records contain more than was sent.
  return options_.arrival.empty() ? handler_.TakeExact(p, end, line) : 0;
}

bool RecordReader::TakeLine(std::string_view line, std::uint64_t number) {
  return handler_.TakeText(line, number);
}

bool RecordReader::TakeObject(std::string_view text, std::uint64_t line) {
  if (handler_.TakeText(text, line)) return true;
  std::string why;
  if (!parser_.ParseObject(text, record_, why)) {
    handler_.OnBroken(text, line, why);
    return false;
  }
  return Take(text, Received::Form::kObject, line);
}

bool RecordReader::TakeRow(std::string_view text,
                           const std::vector<std::string>& columns,
                           std::uint64_t line) {
  if (handler_.TakeText(text, line)) return true;
  std::string why;
  if (!parser_.ParseRow(text, columns, record_, why)) {
    handler_.OnBroken(text, line, why);
    return false;
  }
  return Take(text, Received::Form::kRow, line);
}

bool RecordReader::TakeCells(std::string_view text,
                             const std::vector<std::string_view>& cells,
                             const std::vector<std::string>& columns,
                             std::uint64_t line) {
  record_.Clear();
  record_.is_text = true;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    record_.values.push_back({columns[i], 0, ValueKind::kText, cells[i]});
  }
  return Take(text, Received::Form::kCells, line);
}

void RecordReader::TakeBroken(std::string_view text, std::uint64_t line,
                              const std::string& why) {
  handler_.OnBroken(text, line, why);
}

bool RecordReader::IsRecord(std::string_view text) {
  std::string why;
  if (!parser_.ParseObject(text, record_, why)) return false;
  unwrapper_.Rename(record_);
  return unwrapper_.IsRecord(record_);
}

bool RecordReader::Take(std::string_view text, Received::Form form,
                        std::uint64_t line) {
  // Find the arrival time before renaming: the receiver chose its name.
  std::optional<ArrivalTime> arrival = ArrivalIn(record_);
  unwrapper_.Rename(record_);
  const Unwrapped found = unwrapper_.Unwrap(record_);
  if (found.log == nullptr && handler_.TakeTextInside(record_, line)) {
    return true;
  }
  if (found.record == nullptr) {
    handler_.OnBroken(text, line,
                      "has no record at " + PointerText(options_.at));
    return false;
  }
  if (!arrival && found.record != &record_) arrival = ArrivalIn(*found.record);
  handler_.OnRecord(
      {text, form, line, record_, *found.record, found.log, arrival});
  return true;
}

std::optional<ArrivalTime> RecordReader::ArrivalIn(
    const ReceivedRecord& record) const {
  if (options_.arrival.empty()) return std::nullopt;
  const ReceivedRecord::Value* const value = ValueAt(record, options_.arrival);
  return value == nullptr ? std::nullopt : ArrivalOf(*value);
}

}  // namespace busyhour
