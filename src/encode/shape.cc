#include "encode/shape.h"

namespace busyhour::internal {
namespace {

constexpr ShapeInfo kShapeInfos[] = {
    {Shape::kResourceLog, "resource-log", TimeFormat::kIso, "true", "false",
     "null", "null"},
    {Shape::kTable, "table", TimeFormat::kIso, "true", "false", "", "null"},
    {Shape::kPortal, "portal", TimeFormat::kPortal, "TRUE", "FALSE", "", ""},
    {Shape::kDocumented, "documented", TimeFormat::kIso, "true", "false", "",
     "null"},
    {Shape::kDataExport, "data-export", TimeFormat::kIso, "true", "false", "",
     "null"},
    {Shape::kTableArrival, "table-arrival", TimeFormat::kIso, "true", "false",
     "", "null"},
};

}  // namespace

std::span<const ShapeInfo, kShapeCount> Shapes() { return kShapeInfos; }

std::optional<Shape> FindShape(std::string_view name) {
  for (const ShapeInfo& info : kShapeInfos) {
    if (info.name == name) return info.shape;
  }
  return std::nullopt;
}

}  // namespace busyhour::internal
