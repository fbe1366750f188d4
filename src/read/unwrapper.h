#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "read/log_detector.h"
#include "read/read_options.h"
#include "read/received_record.h"
#include "read/record_parser.h"

namespace busyhour {

/// The record in what was received, and the log that it is of.
struct Unwrapped {
  /// Null when nothing is where the options say.
  const ReceivedRecord* record = nullptr;
  /// Null when it has not the names of any log.
  const DetectedLog* log = nullptr;
};

/// Finds the record in what was received: in an object of it, or in a text. For
/// one thread.
class Unwrapper {
 public:
  /// Where names fit several shapes, it is `preferred`. `options` must outlive
  /// the unwrapper.
  Unwrapper(Shape preferred, const ReadOptions& options);

  /// Gives values the names that they had before a pipeline changed them.
  void Rename(ReceivedRecord& record) const;

  /// Whether the object has so many names of ours itself that it is a record.
  bool IsRecord(const ReceivedRecord& record);

  /// The record inside `whole`, where the options say or where most names of
  /// ours are. Good until the next call.
  Unwrapped Unwrap(const ReceivedRecord& whole);

 private:
  bool ParseText(std::string_view text);
  Unwrapped UnwrapAt(const ReceivedRecord& whole);
  const DetectedLog* Detect(const ReceivedRecord& record,
                            std::optional<int> object = {});

  const ReadOptions& options_;
  LogDetector detector_;
  RecordParser parser_;
  ReceivedRecord inner_;  // what a text holds
  std::string text_;
};

}  // namespace busyhour
