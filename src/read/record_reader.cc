#include "read/record_reader.h"

#include <string>

#include "read/json_pointer.h"

namespace busyhour::internal {

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

// Reads a text in a record, with its lines counted as those of the record.
class RecordReader::Inside : private RecordHandler {
 public:
  explicit Inside(RecordReader& outer)
      : outer_(outer.handler_),
        reader_(outer.preferred_, outer.options_, *this) {
    reader_.depth_ = outer.depth_ + 1;
  }

  // Whether there is a record in the text.
  bool HasRecord(std::string_view text) {
    is_searching_ = true;
    has_record_ = false;
    SplitRecords(text, reader_.options_.max_record, reader_);
    is_searching_ = false;
    return has_record_;
  }
  void Read(std::string_view text, std::uint64_t line) {
    line_ = line;
    SplitRecords(text, reader_.options_.max_record, reader_);
  }
  NameUse& name_use() noexcept { return reader_.use_; }

 private:
  void OnRecord(const Received& received) override {
    if (is_searching_) {
      has_record_ = has_record_ || (received.log != nullptr &&
                                    received.log->names >= kLeastNames);
      return;
    }
    outer_.OnRecord({received.text, received.form, line_, received.whole,
                     received.record, received.log, received.arrival});
  }
  void OnBroken(std::string_view text, std::uint64_t,
                const std::string& why) override {
    if (!is_searching_) outer_.OnBroken(text, line_, why);
  }
  std::size_t TakeExact(const RecordStart& start) override {
    return is_searching_ ? 0
                         : outer_.TakeExact({start.text, start.end, line_,
                                             RecordStart::kNoOffset});
  }
  bool knows_texts() const override {
    return !is_searching_ && outer_.knows_texts();
  }
  bool TakeText(std::string_view text, std::uint64_t) override {
    return outer_.TakeText(text, line_);
  }

  RecordHandler& outer_;
  RecordReader reader_;
  std::uint64_t line_ = 0;
  bool is_searching_ = false;
  bool has_record_ = false;
};

RecordReader::RecordReader(Shape preferred, const ReadOptions& options,
                           RecordHandler& handler)
    : options_(options),
      handler_(handler),
      unwrapper_(preferred, options, use_),
      preferred_(preferred) {}

RecordReader::~RecordReader() = default;

ByteCounts RecordReader::Read(InputText& input) {
  return SplitRecords(input, options_.max_record, *this);
}

std::size_t RecordReader::TakeExact(const RecordStart& start) {
  // With arrival times, records contain more than was sent.
  return options_.arrival.empty() ? handler_.TakeExact(start) : 0;
}

bool RecordReader::TakeLine(std::string_view line, std::uint64_t number) {
  return handler_.TakeText(line, number);
}

ByteClass RecordReader::TakeObject(std::string_view text, std::uint64_t line) {
  if (handler_.TakeText(text, line)) return ByteClass::kRecord;
  std::string why;
  if (!parser_.ParseObject(text, record_, why)) {
    handler_.OnBroken(text, line, why);
    return ByteClass::kBroken;
  }
  return Take(text, Received::Form::kObject, line);
}

ByteClass RecordReader::TakeRow(std::string_view text,
                                const RowColumns& columns, std::uint64_t line) {
  if (handler_.TakeText(text, line)) return ByteClass::kRecord;
  std::string why;
  if (!parser_.ParseRow(text, columns.names, columns.least, record_, why)) {
    handler_.OnBroken(text, line, why);
    return ByteClass::kBroken;
  }
  return Take(text, Received::Form::kRow, line);
}

ByteClass RecordReader::TakeCells(std::string_view text,
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

bool RecordReader::TakeString(std::string_view text, std::uint64_t line) {
  if (text.find('{') == std::string_view::npos) return false;
  std::string row;
  row.append("[").append(text).append("]");
  const std::size_t size = row.size();
  row.append(kTextPadding, ' ');
  std::string why;
  return parser_.ParseRow(std::string_view(row).substr(0, size), {"text"}, 1,
                          record_, why) &&
         TakeInside(line);
}

void RecordReader::TakeBroken(std::string_view text, std::uint64_t line,
                              const std::string& why) {
  handler_.OnBroken(text, line, why);
}

bool RecordReader::IsRecord(std::string_view text) {
  std::string why;
  if (!parser_.ParseObject(text, record_, why)) return false;
  unwrapper_.Rename(record_);
  return unwrapper_.HasRecord(record_);
}

ByteClass RecordReader::Take(std::string_view text, Received::Form form,
                             std::uint64_t line) {
  // Find the arrival time before renaming: the receiver chose its name.
  std::optional<ReceivedTime> arrival = ArrivalIn(record_);
  unwrapper_.Rename(record_);
  const Unwrapped found = unwrapper_.Unwrap(record_);
  if (found.log == nullptr && handler_.TakeTextInside(record_, line)) {
    return ByteClass::kRecord;
  }
  if (options_.at.empty() &&
      (found.log == nullptr || found.log->names < kLeastNames)) {
    if (IsToolFrame(record_)) return ByteClass::kFrame;
    if (TakeInside(line)) return ByteClass::kRecord;
  }
  if (found.record == nullptr) {
    handler_.OnBroken(text, line,
                      "has no record at " + PointerText(options_.at));
    return ByteClass::kBroken;
  }
  if (!arrival && found.record != &record_) arrival = ArrivalIn(*found.record);
  handler_.OnRecord(
      {text, form, line, record_, *found.record, found.log, arrival});
  return ByteClass::kRecord;
}

bool RecordReader::TakeInside(std::uint64_t line) {
  constexpr int kMostDepth = 3;
  if (depth_ == kMostDepth) return false;
  bool any = false;
  for (const ReceivedRecord::Value& value : record_.values) {
    const bool may_have_records =
        value.kind == ValueKind::kText || value.kind == ValueKind::kOther;
    if (!may_have_records || value.text.find('{') == std::string_view::npos) {
      continue;
    }
    if (inside_ == nullptr) inside_ = std::make_unique<Inside>(*this);
    if (!inside_->HasRecord(value.text)) continue;
    any = true;
    inside_->Read(value.text, line);
    use_.used.merge(inside_->name_use().used);
    use_.names.merge(inside_->name_use().names);
  }
  return any;
}

std::optional<ReceivedTime> RecordReader::ArrivalIn(
    const ReceivedRecord& record) const {
  if (options_.arrival.empty()) return std::nullopt;
  const ReceivedRecord::Value* const value = ValueAt(record, options_.arrival);
  return value == nullptr ? std::nullopt : TimeOf(*value, options_.times);
}

}  // namespace busyhour::internal
