#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "read/received_record.h"

namespace busyhour::internal {

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
  /// Parses an array with a value for each of `columns`, or for the first
  /// `least` of them.
  bool ParseRow(std::string_view text, const std::vector<std::string>& columns,
                std::size_t least, ReceivedRecord& record, std::string& why);

 private:
  class Json;
  Json& json();

  std::unique_ptr<Json> json_;  // made when it is first needed
};

}  // namespace busyhour::internal
