#include <string>

#include "framing/frame.h"

namespace busyhour::internal {
namespace {

constexpr Shape kCsvShapes[] = {Shape::kPortal, Shape::kTable,
                                Shape::kTableArrival};

std::string Header(LogType log, Shape shape) {
  std::string header;
  for (const Column& column : Columns(log, shape)) {
    if (!header.empty()) header += ',';
    const char* const quote = NeedsCsvQuotes(column.name) ? "\"" : "";
    header.append(quote).append(column.name).append(quote);
  }
  return header + '\n';
}

}  // namespace

// A header line, followed by one record per line.
constinit const FrameInfo kCsvFrame = {
    .frame = Frame::kCsv,
    .name = "csv",
    .extension = ".csv",
    .content_type = "text/csv",
    .shapes = kCsvShapes,
    .default_shape = Shape::kPortal,
    .style = RowStyle::kCsv,
    .row_end = "\n",
    .section_open = Header,
    .stands_alone = true,
};

}  // namespace busyhour::internal
