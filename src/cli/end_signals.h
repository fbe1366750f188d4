#pragma once

#include <atomic>

namespace busyhour::internal {

/// SIGINT, SIGTERM and SIGHUP end the program as without a handler, but remove
/// files that are of no use until they are complete, see `DiscardedFile`. An
/// ignored signal stays ignored.
void DiscardOnSignals();

/// The first SIGINT or SIGTERM requests a clean end: the result becomes true.
/// The next one ends the program as above.
const std::atomic<bool>& StopOnSignals();

}  // namespace busyhour::internal
