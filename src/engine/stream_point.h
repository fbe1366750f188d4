#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "deliver/sink.h"
#include "engine/tally.h"
#include "framing/framer.h"

namespace busyhour {

/// A place in a stream from which it can be gone on with: all that has to be
/// known of what lies before.
///
/// Text is counted as it is put together, before it is compressed.
struct StreamPoint {
  StreamFile file;    ///< the one at hand, or the last one
  bool open = false;  ///< whether more may come into it
  /// Of the whole stream: records before this point, and their own text.
  std::uint64_t records = 0;
  PerLog<std::uint64_t> bytes{};
  /// The same of the file at hand.
  std::uint64_t file_records = 0;
  std::uint64_t file_bytes = 0;
  /// How much text of the file lies before the point, frames included.
  std::uint64_t file_text = 0;
  /// How much of it the sink has: perhaps more, for what is compressed goes out
  /// in pieces that are cut anywhere.
  std::uint64_t written_text = 0;
  Framer::State framing;
};

/// How far a run has got, so that it can be gone on with.
struct Snapshot {
  Tally tally;
  std::vector<StreamPoint> streams;
};

}  // namespace busyhour
