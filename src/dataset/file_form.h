#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encode/compression.h"
#include "framing/frame.h"
#include "job/job_spec.h"

namespace busyhour::internal {

/// The format of a file, given by the ending of its name: `x.csv.gz` is CSV
/// compressed with gzip.
struct FileForm {
  /// Whether the name looks like a file: it has a known ending, supported or
  /// not. Any other name is a directory, unless a file exists.
  bool is_file = false;
  /// The ending for a frame, with its dot: `.json`. Empty if the name has no
  /// such ending. `.ndjson` is also accepted for frames with `.jsonl`.
  std::string frame_ending;
  Compression compression = Compression::kNone;
  /// The ending of an unsupported format: `.avro`.
  std::string foreign_ending;

  /// The ending of either kind; empty if there is none.
  const std::string& ending() const noexcept {
    return frame_ending.empty() ? foreign_ending : frame_ending;
  }
  /// Whether files of this frame may have the name.
  bool Fits(Frame frame) const;
};

FileForm FormOf(const std::string& path);

/// Sets the frame and the compression from the name of `out`, if it is that of
/// a file and `spec` does not name them. Contradictions, unsupported endings
/// and addresses are added to `problems`.
void ChooseForm(const std::string& out, JobSpec& spec,
                std::vector<Problem>& problems);

/// Why a text without compression, such as "CSV", may not be written to `path`:
/// it has the ending of something else. Empty if it may. Messages name the
/// first of its `endings`, which have their dots and lower case.
std::string ObjectionToText(const std::string& path, std::string_view content,
                            std::span<const std::string_view> endings);

/// The endings of JSON Lines, also those of any text.
inline constexpr std::string_view kLinesEndings[] = {".jsonl", ".ndjson",
                                                     ".log", ".txt"};
/// The same for JSON Lines.
std::string ObjectionToLines(const std::string& path);

}  // namespace busyhour::internal
