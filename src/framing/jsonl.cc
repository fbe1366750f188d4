#include "framing/frame.h"

namespace busyhour::internal {

// One record per line.
constinit const FrameInfo kJsonlFrame = {
    .frame = Frame::kJsonl,
    .name = "jsonl",
    .extension = ".jsonl",
    .content_type = "application/x-ndjson",
    .row_end = "\n",
    .stands_alone = true,
};

}  // namespace busyhour::internal
