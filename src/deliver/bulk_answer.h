#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace busyhour {

/// The answer to a bulk request of Elasticsearch or OpenSearch, of which only
/// what became of each item is kept:
///
///   {"errors":true,"items":[{"create":{"status":429,
///                                      "error":{"type":"...","reason":"..."}}}]}
struct BulkAnswer {
  struct Item {
    int status = 0;  ///< 0 where it says none
    std::string type;
    std::string reason;
  };
  bool errors = false;
  std::vector<Item> items;
};

/// Nothing where the text is no such answer, or has more than `most_items`.
std::optional<BulkAnswer> ReadBulkAnswer(const std::string& text,
                                         std::uint64_t most_items);

}  // namespace busyhour
