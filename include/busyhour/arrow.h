#pragma once

#include "busyhour/arrow_abi.h"
#include "busyhour/job.h"

namespace busyhour {

struct ArrowOptions {
  /// Above 1, or 0 for all cores: other threads simulate ahead. The batches are
  /// the same.
  int threads = 1;
  /// Adds what the incidents of the profile did to each record
  /// (docs/labels.md): their names, and `caused`, `changed` or `indirect`, in
  /// the columns `Incident` and `IncidentEffect`, which are null for the other
  /// records. Several are separated by commas. Each call is then simulated with
  /// and without each incident, before the first batch.
  bool labels = false;
};

/// Gives the records of one of the job's logs as a stream of record batches, in
/// order of delivery: typed columns, without text between and without copies.
///
/// Texts with few values are dictionaries, which may differ between batches;
/// ids are `arrow.uuid`, or texts if the job has `ids=text` (and with it
/// `frame=parquet`); times are timestamps in milliseconds, UTC. The stream and
/// its batches keep what they need of the job, and may be released in any order
/// and on any thread; the stream's own functions are for one thread at a time.
/// If `get_next` fails, `get_last_error` has a text, except for `ENOMEM`. It
/// returns `EINVAL` for what is an `InputError` elsewhere: time ended before
/// the job's extent was reached.
///
/// Throws `InputError` if the job does not have this log, if its shape is
/// `portal`, which is text, or if there are labels and its extent is not one in
/// time, and `std::runtime_error` if a thread cannot be
/// started.
///
///   ArrowArrayStream stream;
///   busyhour::ExportArrow(busyhour::Job({.calls = 100}),
///                         busyhour::LogType::kUsage, &stream);
///   ArrowArray batch;
///   stream.get_next(&stream, &batch);
///   std::cout << batch.length;  // 201
///   batch.release(&batch);
///   stream.release(&stream);
void ExportArrow(const Job& job, LogType log, ArrowArrayStream* stream,
                 const ArrowOptions& options = {});

}  // namespace busyhour
