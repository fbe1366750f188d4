#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace busyhour::internal {

/// The answer to a bulk request of Elasticsearch or OpenSearch. Only the result
/// of each item is kept:
///
///   {"errors":true,"items":[{"create":{"status":429,
///                                      "error":{"type":"...","reason":"..."}}}]}
struct BulkAnswer {
  struct Item {
    int status = 0;  ///< 0 if the answer has none
    std::string type;
    std::string reason;
  };
  bool errors = false;
  std::vector<Item> items;
};

/// Returns nothing if the text is not such an answer, or has more than
/// `most_items` items.
std::optional<BulkAnswer> ReadBulkAnswer(const std::string& text,
                                         std::uint64_t most_items);

}  // namespace busyhour::internal
