#pragma once

#include <cstddef>

#include "read/input.h"
#include "read/input_window.h"
#include "read/split_handler.h"

namespace busyhour {

/// Splits an input into records in any frame: JSON objects concatenated or one
/// per line, an array, `{"records":[...]}` messages,
/// `{"tables":[{"columns":[...],"rows":[...]}]}` answers, or CSV with a header.
/// A record of more than `max_record` bytes is undecodable.
///
/// Every byte is counted in its class, and broken data is passed to the
/// handler: no byte is ignored. Time is linear in the number of bytes and
/// memory is limited, for any input. Truncated or damaged data ends where a
/// line begins with an unexpected `{`, or where a string reaches the end of its
/// line.
ByteCounts SplitRecords(InputBytes& input, std::size_t max_record,
                        SplitHandler& handler);

}  // namespace busyhour
