#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "read/log_detector.h"
#include "read/read_options.h"
#include "read/received_record.h"
#include "read/record_parser.h"

namespace busyhour::internal {

/// The record in a received object, and its log.
struct Unwrapped {
  /// Null if there is nothing at the place given by the options.
  const ReceivedRecord* record = nullptr;
  /// Null if the names match no log.
  const DetectedLog* log = nullptr;
};

/// The least number of column names in a record; wrappers and messages have
/// fewer.
inline constexpr int kLeastNames = 4;

/// Whether this object is one that a tool writes beside records: an action of
/// Elasticsearch's bulk requests, or a frame of Kusto's answers.
bool IsToolFrame(const ReceivedRecord& object);

/// Finds the record in a received object: in a nested object, or in a text. The
/// text of `properties` is read as an object. For one thread.
class Unwrapper {
 public:
  /// If names match several shapes, `preferred` is used. `options` and `use`
  /// must outlive the unwrapper.
  Unwrapper(Shape preferred, const ReadOptions& options, NameUse& use);

  /// Restores the original names of values.
  void Rename(ReceivedRecord& record);

  /// Whether the object is a record, or has one outside of its arrays.
  bool HasRecord(const ReceivedRecord& record);

  /// The record inside `whole`: at the place given by the options, or at the
  /// place with most field names. Valid until the next call.
  Unwrapped Unwrap(const ReceivedRecord& whole);

 private:
  bool ParseText(std::string_view text);
  Unwrapped UnwrapAt(const ReceivedRecord& whole);
  Unwrapped Found(const ReceivedRecord& record, std::optional<int> object = {});
  bool Expand(const ReceivedRecord& record);
  const DetectedLog* Detect(const ReceivedRecord& record,
                            std::optional<int> object = {});

  const ReadOptions& options_;
  NameUse& use_;
  LogDetector detector_;
  RecordParser parser_;
  ReceivedRecord inner_;  // the content of a text
  std::string text_;
  // A record whose properties were a text.
  RecordParser properties_parser_;
  ReceivedRecord properties_;
  ReceivedRecord expanded_;
  std::string properties_text_;
};

}  // namespace busyhour::internal
