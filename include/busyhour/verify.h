#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/job.h"

namespace busyhour {

/// Counts of records. See docs/verify.md for their exact meaning.
struct VerifyCounts {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t intact = 0;      ///< received, and the first copy is as sent
  std::uint64_t lost = 0;        ///< sent, but never received in any form
  std::uint64_t duplicated = 0;  ///< copies beyond the first
  std::uint64_t altered = 0;     ///< received, but different from what was sent
  std::uint64_t foreign = 0;     ///< received, but not sent by this job
  std::uint64_t undecodable = 0;  ///< not a record
  std::uint64_t out_of_order = 0;
};

struct LogVerdict {
  LogType log = LogType::kOperational;
  VerifyCounts counts;
};

/// What was received, compared with what was sent.
struct Verdict {
  /// Whether everything was received once and unaltered, and nothing else, or
  /// what `VerifyOptions::allow` allows.
  bool passed = false;
  VerifyCounts total;
  std::vector<LogVerdict> logs;  ///< those of the job
  /// A line: whether it passed, and the counts that matter.
  std::string headline;
  /// The hints: what the losses and changes have in common, and what to do.
  std::vector<std::string> hints;
  /// Everything for people, as `busyhour verify` prints it: the counts of each
  /// log, the hints, and up to ten examples of each kind of trouble.
  std::string text;
  /// Everything, as `busyhour verify --json` prints it.
  std::string json;
};

/// Each member, except `threads`, is the option of `busyhour verify` with the
/// same name. An empty text stands for the default.
struct VerifyOptions {
  /// The faults of the job are expected: what they drop is not lost.
  bool expect_faults = false;
  /// Differences to accept: `lost=0,duplicated=0.01%`. Default: only the order.
  std::string allow = {};
  /// Requires the spelling, the name and the place of each value.
  bool strict = false;
  /// The only fields to compare, comma-separated. Default: all.
  std::string fields = {};
  /// Path of a JSON file of renamed fields, `{"received": "original"}`, see
  /// docs/verify.md. Default: none.
  std::string map = {};
  /// A tool whose changes of values are accepted: `excel`; docs/verify.md has
  /// them all.
  std::string as = {};
  /// Changes of values to accept, comma-separated: `empty-as-missing` for a
  /// pipeline that turns empty texts into null.
  std::string treat = {};
  /// Time zone of received times that name none: `Europe/Oslo` or `+02:00`.
  /// Default: UTC.
  std::string zone = {};
  /// Of received dates such as 02/03/2026: `month-first` or `day-first`.
  /// Default: the one that equals what was sent.
  std::string date_order = {};
  /// JSON Pointer to the record in each received object. Default: found.
  std::string at = {};
  /// JSON Pointer to the time at which the pipeline received a record.
  /// Default: none.
  std::string arrival = {};
  /// From 1 to 256; 0 for one for each core. Does not affect the verdict.
  int threads = 1;
};

/// Compares what a pipeline delivered with the records of a job: in any shape,
/// as JSON or CSV, in any frame, wrapped, compressed, in any order.
///
///   const busyhour::Job job({.calls = 100});
///   busyhour::Verifier verifier(job);
///   verifier.Read(busyhour::WriteText(job));
///   std::cout << verifier.Finish().passed;  // 1
///
/// For one thread. Simulates the job's calls when it is constructed, and keeps
/// a mark for each record.
class Verifier {
 public:
  /// Throws `InputError` with all problems of the options, and
  /// `std::runtime_error` if a thread cannot be started.
  explicit Verifier(const Job& job, const VerifyOptions& options = {});
  Verifier(Verifier&&) noexcept;
  Verifier& operator=(Verifier&&) noexcept;
  ~Verifier();

  /// Reads an input: a file's content, the body of a request, a line. `name`
  /// stands for it in examples. A record may not continue in the next input.
  ///
  ///   const busyhour::Job job({.calls = 100});
  ///   busyhour::Verifier verifier(job);
  ///   for (const busyhour::Record& record : busyhour::Records(job)) {
  ///     verifier.Read(record.Text("table"));
  ///   }
  ///   std::cout << verifier.Finish().total.lost;  // 0
  void Read(std::string_view input, const std::string& name = "input");

  /// Reads an input in pieces, which may end within a record: `read(to, size)`
  /// copies up to `size` bytes and returns their number, 0 at the end.
  void Read(const std::function<std::size_t(char* to, std::size_t size)>& read,
            const std::string& name = "input");

  /// Reads a file. Throws `InputError` if it cannot be opened, or is a
  /// directory.
  void ReadFile(const std::string& path);

  /// Reads all data files in a directory and below it, sorted by name, as
  /// `busyhour verify` does: not manifests, incomplete files (`.part`) and
  /// hidden files. A file that cannot be read counts as an undecodable record.
  /// Throws `InputError` if there is no data file, or if there are Parquet
  /// files, which are not read.
  void ReadDirectory(const std::string& path);

  /// The verdict on all inputs. It ends the verifier: a second call, and
  /// reading after it, throw `std::logic_error`. Throws `InputError` if no
  /// record had a name of `VerifyOptions::map`.
  ///
  ///   const busyhour::Job job({.calls = 100});
  ///   std::cout << busyhour::Verifier(job).Finish().passed;  // 0
  Verdict Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The verdict on one input.
///
///   const busyhour::Job job({.calls = 100});
///   std::cout << busyhour::Verify(job, busyhour::WriteText(job)).headline;
///   // PASSED: all 899 records arrived, none altered
Verdict Verify(const Job& job, std::string_view input,
               const VerifyOptions& options = {});

}  // namespace busyhour
