#pragma once

#include <cstddef>
#include <string_view>

#include "read/input.h"
#include "read/input_window.h"
#include "read/split_handler.h"

namespace busyhour::internal {

/// Splits an input into records in any frame: JSON objects or texts of them,
/// concatenated or one per line, with or without the header of a log daemon; an
/// array; messages and answers, see `Message`; or CSV with a header.
/// A record of more than `max_record` bytes is undecodable.
///
/// Every byte is counted in its class, and broken data is passed to the
/// handler: no byte is ignored. Time is linear in the number of bytes and
/// memory is limited, for any input. Truncated or damaged data ends where a
/// line begins with an unexpected `{`, or where a string reaches the end of its
/// line.
ByteCounts SplitRecords(InputText& input, std::size_t max_record,
                        SplitHandler& handler);
/// The same for a text in memory.
ByteCounts SplitRecords(std::string_view text, std::size_t max_record,
                        SplitHandler& handler);

}  // namespace busyhour::internal
