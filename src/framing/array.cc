#include "framing/frame.h"

namespace busyhour::internal {

// One JSON array.
constinit const FrameInfo kArrayFrame = {
    .frame = Frame::kArray,
    .name = "array",
    .extension = ".json",
    .content_type = "application/json",
    .is_page_in_portal = true,
    .open = "[",
    .join = ",",
    .close = "]",
    .has_row_lines = true,
};

}  // namespace busyhour::internal
