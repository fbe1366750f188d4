#pragma once

#include <string>

#include "encode/compression.h"
#include "framing/frame.h"
#include "job/job_spec.h"

namespace busyhour {

/// What a file's name says of its content, by its ending: `x.csv.gz` holds CSV,
/// compressed by gzip.
struct FileForm {
  /// Whether the name has the look of a file at all: an ending that is known,
  /// ours or not. Any other is that of a directory, unless a file is there.
  bool is_file = false;
  /// The ending of a frame, with its dot: `.json`; empty where the name has
  /// none of ours. `.ndjson` may hold what `.jsonl` may.
  std::string frame_ending;
  Compression compression = Compression::kNone;
  /// An ending that names a form in which nothing is written here: `.parquet`.
  std::string foreign_ending;

  /// Whether files of that frame may have the name.
  bool Fits(Frame frame) const;
};

FileForm FormOf(const std::string& path);

/// Lets the name of the file `out` choose the frame and the compression that
/// `spec` leaves open. Others that `spec` states, and an ending under which
/// nothing is written, are added to `problems`.
void ChooseForm(const std::string& out, JobSpec& spec,
                std::vector<Problem>& problems);

/// Why `path` is no name of a file of JSON Lines; empty when it is one.
std::string ObjectionToLines(const std::string& path);

}  // namespace busyhour
