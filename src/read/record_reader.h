#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logs/log.h"
#include "read/input.h"
#include "read/log_detector.h"
#include "read/read_options.h"
#include "read/received_record.h"
#include "read/received_value.h"
#include "read/record_parser.h"
#include "read/splitter.h"
#include "read/unwrapper.h"

namespace busyhour {

/// One record, or another JSON object, as it was received. Good until the
/// handler returns.
struct Received {
  enum class Form : std::uint8_t {
    kObject,  ///< a JSON object
    kRow,     ///< a JSON array of values
    kCells,   ///< a line of CSV
  };
  /// All of it, as it stands in the input.
  std::string_view text;
  Form form = Form::kObject;
  std::uint64_t line = 0;  ///< where it begins, from 1
  /// All its values, under the names that they had before they were renamed.
  const ReceivedRecord& whole;
  /// The record: `whole`, or what one of its texts holds.
  const ReceivedRecord& record;
  /// Where in `record` the values of which log are; null when it has not the
  /// names of any log.
  const DetectedLog* log = nullptr;
  /// When it got to the far end, where that is asked for and can be read.
  std::optional<ArrivalTime> arrival;
};

/// What is done with the records of an input, in their order.
class RecordHandler {
 public:
  virtual ~RecordHandler() = default;
  virtual void OnRecord(const Received& received) = 0;
  /// Something that is no record. `text` is how it begins; empty where there is
  /// nothing to show.
  virtual void OnBroken(std::string_view text, std::uint64_t line,
                        const std::string& why) = 0;

  // Shortcuts, for those who know what they are about to receive.

  /// A record begins at `p`, and what is there goes on to `end` at least. If it
  /// can be told right away which one it is, it is taken, and its bytes are
  /// returned; else 0.
  virtual std::size_t TakeExact(const char* /*p*/, const char* /*end*/,
                                std::uint64_t /*line*/) {
    return 0;
  }
  /// Whether any text may be known as it is, even if it is no record.
  virtual bool knows_texts() const { return false; }
  /// The text of a record or of a value, or a whole line. True when it is known
  /// as it is, whatever is in it, and taken.
  virtual bool TakeText(std::string_view /*text*/, std::uint64_t /*line*/) {
    return false;
  }
  /// The same of the texts among the values of `wrapper`.
  bool TakeTextInside(const ReceivedRecord& wrapper, std::uint64_t line);
};

/// Reads Azure's logs in any spelling that pipelines give them: in any shape,
/// as JSON or CSV, framed, wrapped, renamed and compressed. For one thread.
class RecordReader : private SplitHandler {
 public:
  /// Where names fit several shapes, it is `preferred`. Options and handler
  /// must outlive the reader.
  RecordReader(Shape preferred, const ReadOptions& options,
               RecordHandler& handler);
  ~RecordReader() override;

  /// Reads an input to its end, and returns what its bytes were. Nothing is
  /// passed over in silence: the handler gets all that is no record, too.
  ByteCounts Read(const InputBytes::Source& source);

 private:
  std::size_t TakeExact(const char* p, const char* end,
                        std::uint64_t line) override;
  bool TakeObject(std::string_view text, std::uint64_t line) override;
  bool TakeRow(std::string_view text, const std::vector<std::string>& columns,
               std::uint64_t line) override;
  bool TakeCells(std::string_view text,
                 const std::vector<std::string_view>& cells,
                 const std::vector<std::string>& columns,
                 std::uint64_t line) override;
  bool IsRecord(std::string_view text) override;
  bool knows_lines() const override { return handler_.knows_texts(); }
  bool TakeLine(std::string_view line, std::uint64_t number) override;
  void TakeBroken(std::string_view text, std::uint64_t line,
                  const std::string& why) override;

  // What has been parsed. False when it has been reported as broken.
  bool Take(std::string_view text, Received::Form form, std::uint64_t line);
  std::optional<ArrivalTime> ArrivalIn(const ReceivedRecord& record) const;

  const ReadOptions& options_;
  RecordHandler& handler_;
  Unwrapper unwrapper_;
  RecordParser parser_;
  ReceivedRecord record_;
};

}  // namespace busyhour
