#include "framing/frame.h"

namespace busyhour {

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
    // An event hub of the smallest tier takes no more in one message.
    .max_message_bytes = 256 * 1024,
};

}  // namespace busyhour
