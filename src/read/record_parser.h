#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "read/received_record.h"

namespace busyhour {

/// Parses the JSON of records. The texts of a record are valid until the next
/// call. For one thread.
class RecordParser {
 public:
  RecordParser();
  ~RecordParser();

  /// Parses an object. `text` is followed by `kTextPadding` readable bytes.
  /// False if it is not a JSON object; `why` is the reason.
  bool ParseObject(std::string_view text, ReceivedRecord& record,
                   std::string& why);
  /// Parses an array with a value for each of `columns`.
  bool ParseRow(std::string_view text, const std::vector<std::string>& columns,
                ReceivedRecord& record, std::string& why);

 private:
  class Json;
  std::unique_ptr<Json> json_;
};

}  // namespace busyhour
