#include "framing/frame.h"

namespace busyhour::internal {
namespace {

// A portal export spells all values as texts, which columns do not need.
constexpr Shape kParquetShapes[] = {Shape::kTable, Shape::kTableArrival,
                                    Shape::kDataExport, Shape::kResourceLog,
                                    Shape::kDocumented};

}  // namespace

// Columns of values, see parquet/parquet_file.h.
constinit const FrameInfo kParquetFrame = {
    .frame = Frame::kParquet,
    .name = "parquet",
    .extension = ".parquet",
    .shapes = kParquetShapes,
    .default_shape = Shape::kTable,
    .is_columnar = true,
    .default_compression = Compression::kZstd,
};

}  // namespace busyhour::internal
