#include <string>

#include "encode/declared_column.h"
#include "framing/frame.h"

namespace busyhour::internal {
namespace {

constexpr Shape kQueryShapes[] = {Shape::kTable, Shape::kTableArrival};

std::string TableOpen(LogType log, Shape shape) {
  std::string open = R"({"name":"PrimaryResult","columns":[)";
  for (const Column& column : Columns(log, shape)) {
    if (open.back() == '}') open += ',';
    open.append(R"({"name":")").append(column.name);
    open.append(R"(","type":")")
        .append(NameOf(DeclaredTypeOf(column, shape), kKustoTypes))
        .append(R"("})");
  }
  return open + R"(],"rows":[)";
}

}  // namespace

// A response of the Log Analytics query API.
constinit const FrameInfo kQueryFrame = {
    .frame = Frame::kQuery,
    .name = "query",
    .extension = ".json",
    .content_type = "application/json",
    .shapes = kQueryShapes,
    .default_shape = Shape::kTable,
    .style = RowStyle::kArray,
    .open = R"({"tables":[)",
    .join = ",",
    .close = "]}",
    .section_open = TableOpen,
    .section_close = "]}",
    .has_row_lines = true,
};

}  // namespace busyhour::internal
