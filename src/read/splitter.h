#pragma once

#include <cstddef>

#include "read/input.h"
#include "read/input_window.h"
#include "read/split_handler.h"

namespace busyhour {

/// Splits an input into records, whatever they are framed in: JSON objects one
/// after the other or a line each, one array of them, messages of
/// `{"records":[...]}`, answers of
/// `{"tables":[{"columns":[...],"rows":[...]}]}` or CSV with a header. A record
/// of more than `max_record` bytes is a broken one.
///
/// Every byte is counted as what it is, and what is broken is told to the
/// handler: nothing is passed over in silence. Time is linear in the bytes, and
/// memory is bounded, whatever they are: what is cut off or damaged ends where
/// a line begins with a `{` that has no place there, or a string meets the end
/// of its line.
ByteCounts SplitRecords(InputBytes& input, std::size_t max_record,
                        SplitHandler& handler);

}  // namespace busyhour
