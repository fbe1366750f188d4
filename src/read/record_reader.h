#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logs/log.h"
#include "read/input.h"
#include "read/log_detector.h"
#include "read/name_map.h"
#include "read/read_options.h"
#include "read/received_record.h"
#include "read/received_time.h"
#include "read/record_parser.h"
#include "read/splitter.h"
#include "read/unwrapper.h"

namespace busyhour::internal {

/// A received record, or another JSON object. Valid until the handler returns.
struct Received {
  enum class Form : std::uint8_t {
    kObject,  ///< a JSON object
    kRow,     ///< a JSON array of values
    kCells,   ///< a line of CSV
  };
  /// Its complete text in the input.
  std::string_view text;
  Form form = Form::kObject;
  std::uint64_t line = 0;  ///< line of its start, from 1
  /// All its values, under their original names.
  const ReceivedRecord& whole;
  /// The record: `whole`, or the content of one of its texts.
  const ReceivedRecord& record;
  /// The log, and the places of its values in `record`; null if the names match
  /// no log.
  const DetectedLog* log = nullptr;
  /// Its arrival time, if requested and readable.
  std::optional<ReceivedTime> arrival;
};

/// Handles the records of an input, in order.
class RecordHandler {
 public:
  virtual ~RecordHandler() = default;
  virtual void OnRecord(const Received& received) = 0;
  /// Data that is not a record. `text` is all of it, or its first
  /// `kShownBytes`, or empty if there is nothing to show.
  virtual void OnBroken(std::string_view text, std::uint64_t line,
                        const std::string& why) = 0;

  // Shortcuts for handlers that know the expected records.

  /// If a record that begins here is recognized directly, it is consumed and
  /// its size is returned; otherwise 0.
  virtual std::size_t TakeExact(const RecordStart& /*start*/) { return 0; }
  /// Whether any text may be recognized as a whole, even if it is not a record.
  virtual bool knows_texts() const { return false; }
  /// The text of a record or value, or a complete line. True if the text as a
  /// whole is recognized and consumed.
  virtual bool TakeText(std::string_view /*text*/, std::uint64_t /*line*/) {
    return false;
  }
  /// The same for the texts among the values of `wrapper`.
  bool TakeTextInside(const ReceivedRecord& wrapper, std::uint64_t line);
};

/// Reads Azure's logs in any form: any shape, JSON or CSV, framed, wrapped,
/// with renamed fields, compressed. For one thread.
class RecordReader : private SplitHandler {
 public:
  /// If names match several shapes, `preferred` is used. Options and handler
  /// must outlive the reader.
  RecordReader(Shape preferred, const ReadOptions& options,
               RecordHandler& handler);
  ~RecordReader() override;

  /// Reads an input to its end. Returns the number of bytes of each class.
  /// Nothing is ignored: the handler also receives all data that is not a
  /// record.
  ByteCounts Read(InputText& input);

  /// The use of the names of the options so far.
  const NameUse& name_use() const noexcept { return use_; }

 private:
  std::size_t TakeExact(const RecordStart& start) override;
  ByteClass TakeObject(std::string_view text, std::uint64_t line) override;
  ByteClass TakeRow(std::string_view text, const RowColumns& columns,
                    std::uint64_t line) override;
  ByteClass TakeCells(std::string_view text,
                      const std::vector<std::string_view>& cells,
                      const std::vector<std::string>& columns,
                      std::uint64_t line) override;
  bool TakeString(std::string_view text, std::uint64_t line) override;
  bool IsRecord(std::string_view text) override;
  bool knows_lines() const override { return handler_.knows_texts(); }
  bool TakeLine(std::string_view line, std::uint64_t number) override;
  void TakeBroken(std::string_view text, std::uint64_t line,
                  const std::string& why) override;

  // Handles a parsed record.
  ByteClass Take(std::string_view text, Received::Form form,
                 std::uint64_t line);
  // Handles the records in texts and arrays of the parsed object. False if
  // there are none.
  bool TakeInside(std::uint64_t line);
  std::optional<ReceivedTime> ArrivalIn(const ReceivedRecord& record) const;

  const ReadOptions& options_;
  RecordHandler& handler_;
  NameUse use_;
  Unwrapper unwrapper_;
  RecordParser parser_;
  ReceivedRecord record_;
  // For the texts and arrays in an object that is not a record.
  const Shape preferred_;
  int depth_ = 0;
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace busyhour::internal
