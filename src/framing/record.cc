#include "framing/frame.h"

namespace busyhour::internal {

// Each record is a message of its own.
constinit const FrameInfo kRecordFrame = {
    .frame = Frame::kRecord,
    .name = "record",
    .stands_alone = true,
};

}  // namespace busyhour::internal
