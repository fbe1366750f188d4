#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/job.h"

namespace busyhour {

/// The records of one log that were written.
struct LogCount {
  LogType log = LogType::kOperational;
  std::uint64_t records = 0;
  /// With line ends, without the text of frames around records.
  std::uint64_t bytes = 0;
};

/// The totals of a run, so far or at its end.
struct Totals {
  std::uint64_t calls = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::vector<LogCount> logs;  ///< those of the job
  /// Share of the job's extent, [0, 1]. Of a stopped run: what was known last,
  /// within a tenth of a second.
  double done = 0.0;
  /// Whether it was stopped before its end.
  bool stopped = false;
};

struct RunOptions {
  /// From 1 to 256; 0 for one for each core. Does not affect the output.
  int threads = 1;
  /// Ends the run early.
  std::stop_token stop = {};
  /// Called about ten times a second, by the thread that called `Write`.
  std::function<void(const Totals&)> on_progress = {};
  /// `WriteFiles` replaces existing files.
  bool force = false;
};

/// Writes a job as one stream and passes it to `write` piece by piece, in
/// order. Ends early when `write` returns false.
///
///   std::size_t bytes = 0;
///   const busyhour::Totals totals = busyhour::Write(
///       busyhour::Job({.calls = 100}), [&](std::string_view piece) {
///         bytes += piece.size();
///         return true;
///       });
///   std::cout << (bytes == totals.bytes);  // 1
///
/// Throws `InputError` if the frame cannot hold the job's logs in one stream or
/// simulated time ends before the extent is reached. `write` may throw; its
/// exception ends the run. Any number of threads may write at the same time.
Totals Write(const Job& job,
             const std::function<bool(std::string_view piece)>& write,
             const RunOptions& options = {});

/// The same as a text.
///
///   std::cout << busyhour::WriteText(busyhour::Job({.calls = 1})).front();
///   // {
std::string WriteText(const Job& job, const RunOptions& options = {});

/// Writes a job to a directory, one file for each log and a manifest, or to a
/// file, as `busyhour generate --out`: the ending of a file selects the frame
/// and the compression, unless the job's options do. The files have their names
/// only when they are complete and on the disk.
///
///   busyhour::WriteFiles(busyhour::Job({.calls = 10}), "example");
///   std::cout << busyhour::Job::OfManifest("example").logs().size();  // 4
///   const busyhour::Job usage({.calls = 10, .logs = "usage"});
///   busyhour::WriteFiles(usage, "example.parquet");
///
/// Throws `InputError` if `path` cannot be used, for example because it has
/// files and `RunOptions::force` is not set, or an ending that contradicts the
/// options, or is `-`, and `std::runtime_error` if writing fails. A stopped run
/// leaves an incomplete data set, which `busyhour generate --resume` completes.
Totals WriteFiles(const Job& job, const std::string& path,
                  const RunOptions& options = {});

}  // namespace busyhour
