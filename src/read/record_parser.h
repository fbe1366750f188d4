#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "read/received_record.h"

namespace busyhour {

/// Parses the JSON of one record after the other. The texts of a record are
/// good until the same parser parses the next one. For one thread.
class RecordParser {
 public:
  RecordParser();
  ~RecordParser();

  /// An object. `text` has `kTextPadding` readable bytes behind it. False when
  /// it is no JSON object; `why` says why.
  bool ParseObject(std::string_view text, ReceivedRecord& record,
                   std::string& why);
  /// An array of values for `columns`.
  bool ParseRow(std::string_view text, const std::vector<std::string>& columns,
                ReceivedRecord& record, std::string& why);

 private:
  class Json;
  std::unique_ptr<Json> json_;
};

}  // namespace busyhour
