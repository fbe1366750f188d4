#include "read/csv.h"

#include <algorithm>
#include <cstddef>

namespace busyhour::internal {

CsvLine SplitCells(std::string_view line, char delimiter,
                   std::vector<std::string_view>& cells,
                   std::vector<std::string>& store) {
  cells.clear();
  store.clear();
  // `cells` points into `store`, so `store` must not reallocate. A cell in
  // `store` takes at least 4 bytes of the line.
  store.reserve(line.size() / 4 + 1);
  std::size_t at = 0;
  for (;;) {
    if (at < line.size() && line[at] == '"') {
      std::size_t from = ++at;
      std::string* undone = nullptr;
      for (;;) {
        const std::size_t quote = line.find('"', at);
        if (quote == std::string_view::npos) return CsvLine::kOpen;
        if (quote + 1 < line.size() && line[quote + 1] == '"') {
          if (undone == nullptr) undone = &store.emplace_back();
          undone->append(line.substr(from, quote + 1 - from));
          from = at = quote + 2;
          continue;
        }
        if (undone != nullptr) {
          undone->append(line.substr(from, quote - from));
          cells.push_back(*undone);
        } else {
          cells.push_back(line.substr(from, quote - from));
        }
        at = quote + 1;
        break;
      }
      if (at < line.size() && line[at] != delimiter) return CsvLine::kBroken;
    } else {
      const std::size_t end = std::min(line.find(delimiter, at), line.size());
      cells.push_back(line.substr(at, end - at));
      at = end;
    }
    if (at >= line.size()) return CsvLine::kWhole;
    ++at;
  }
}

}  // namespace busyhour::internal
