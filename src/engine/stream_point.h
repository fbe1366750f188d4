#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "deliver/sink.h"
#include "engine/tally.h"
#include "framing/framer.h"

namespace busyhour::internal {

/// A point in a stream from which it can be resumed, with the required state of
/// the stream before it.
///
/// Text is counted before compression.
struct StreamPoint {
  StreamFile file;    ///< the current file, or the last one
  bool open = false;  ///< whether more records may follow in the file
  /// Of the whole stream: records before this point, and their own text.
  std::uint64_t records = 0;
  PerLog<std::uint64_t> bytes{};
  /// The same for the current file.
  std::uint64_t file_records = 0;
  std::uint64_t file_bytes = 0;
  /// Size of the file's text before the point, including its frame.
  std::uint64_t file_text = 0;
  /// Size of the file's text in the sink. It may be larger, because compressed
  /// pieces can end anywhere in the text.
  std::uint64_t written_text = 0;
  Framer::State framing;
};

/// The progress of a run, from which it can be resumed.
struct Snapshot {
  Tally tally;
  std::vector<StreamPoint> streams;
};

}  // namespace busyhour::internal
