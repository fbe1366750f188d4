#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "read/log_detector.h"
#include "read/read_options.h"
#include "read/received_record.h"
#include "read/record_parser.h"

namespace busyhour {

/// The record in a received object, and its log.
struct Unwrapped {
  /// Null if there is nothing at the place given by the options.
  const ReceivedRecord* record = nullptr;
  /// Null if the names match no log.
  const DetectedLog* log = nullptr;
};

/// Finds the record in a received object: in a nested object, or in a text. For
/// one thread.
class Unwrapper {
 public:
  /// If names match several shapes, `preferred` is used. `options` must outlive
  /// the unwrapper.
  Unwrapper(Shape preferred, const ReadOptions& options);

  /// Restores the original names of values.
  void Rename(ReceivedRecord& record) const;

  /// Whether the object itself has enough field names to be a record.
  bool IsRecord(const ReceivedRecord& record);

  /// The record inside `whole`: at the place given by the options, or at the
  /// place with most field names. Valid until the next call.
  Unwrapped Unwrap(const ReceivedRecord& whole);

 private:
  bool ParseText(std::string_view text);
  Unwrapped UnwrapAt(const ReceivedRecord& whole);
  const DetectedLog* Detect(const ReceivedRecord& record,
                            std::optional<int> object = {});

  const ReadOptions& options_;
  LogDetector detector_;
  RecordParser parser_;
  ReceivedRecord inner_;  // the content of a text
  std::string text_;
};

}  // namespace busyhour
