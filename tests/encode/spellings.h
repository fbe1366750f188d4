#pragma once

#include <vector>

#include "encode/row.h"
#include "logs/log.h"

namespace busyhour::internal::sample {

/// A shape, and a style of its rows.
struct Spelling {
  Shape shape;
  RowStyle style;
};

inline std::vector<Spelling> AllSpellings() {
  std::vector<Spelling> all = {{Shape::kPortal, RowStyle::kPage},
                               {Shape::kPortal, RowStyle::kCsv},
                               {Shape::kTable, RowStyle::kCsv},
                               {Shape::kTable, RowStyle::kArray},
                               {Shape::kTableArrival, RowStyle::kCsv},
                               {Shape::kTableArrival, RowStyle::kArray}};
  for (const Shape shape : kShapes) all.push_back({shape, RowStyle::kObject});
  return all;
}

}  // namespace busyhour::internal::sample
