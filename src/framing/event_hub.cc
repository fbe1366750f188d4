#include "framing/frame.h"

namespace busyhour::internal {

// `{"records":[...]}`, as Azure streams logs to an event hub.
constinit const FrameInfo kEventHubFrame = {
    .frame = Frame::kEventHub,
    .name = "event-hub",
    .extension = ".jsonl",
    .content_type = "application/json",
    .open = R"({"records":[)",
    .join = ",",
    .close = "]}",
    .has_messages = true,
    // The limit of an event hub in the smallest tier.
    .max_message_bytes = 256 * 1024,
};

}  // namespace busyhour::internal
