#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "busyhour/catalog.h"
#include "busyhour/profile.h"

namespace busyhour {

/// Time in the simulated world, UTC.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// What to simulate. Each member, except `profile` and `more`, is the option of
/// `busyhour generate` with the same name, and has its form, range and default.
/// An empty text stands for the default.
struct JobOptions {
  Profile profile = Profile();
  std::uint64_t seed = 1;
  /// ISO 8601. Default: the profile's.
  std::string start = {};
  /// Calls attempted within this time. Default: 10m.
  std::string duration = {};
  /// This many attempts instead, and the redials after them, if above 0.
  std::uint64_t calls = 0;
  /// Only calls in which this happened, see docs/find.md.
  std::string where = {};
  /// `EXPRESSION=N`: N calls in which this happened. Instead of an extent.
  std::vector<std::string> pick = {};
  /// Comma-separated names. Default: the profile's.
  std::string logs = {};
  /// Default: that of the frame.
  std::string shape = {};
  /// Default: jsonl.
  std::string frame = {};
  std::string compress = {};
  /// `INDEX/COUNT`, as for many machines.
  std::string shard = {};
  /// Delivery faults, in addition to those of the profile, see docs/faults.md.
  std::vector<std::string> fault = {};
  /// Other options, such as `warm-up=1h`.
  std::vector<std::string> more = {};
};

/// A job: simulated calls and how their records are written. It is a function
/// of its options alone: the same calls, records and bytes on every machine.
///
///   const busyhour::Job job({.seed = 7, .calls = 100});
///   std::cout << busyhour::WriteText(job).size();  // 764752
///
/// A job never changes, and copies share its content: any number of threads may
/// use one.
class Job {
 public:
  /// Throws `InputError` with all problems of the options, each under its
  /// option's name, as the program shows it: `--shape`; or if `pick` finds too
  /// few calls. With `pick`, searches for the calls, on all cores: at most 50
  /// million, which takes a minute of processor time (docs/find.md).
  ///
  ///   try {
  ///     busyhour::Job({.shape = "tabel", .frame = "jsonk"});
  ///   } catch (const busyhour::InputError& error) {
  ///     std::cout << error.problems().size();  // 2
  ///   }
  explicit Job(const JobOptions& options = {});

  /// The job of a data set: its manifest, or the directory that contains it.
  /// Throws `InputError`.
  ///
  ///   busyhour::WriteFiles(busyhour::Job({.calls = 10}), "example");
  ///   std::cout << busyhour::Job::OfManifest("example").seed();  // 1
  static Job OfManifest(const std::string& path);

  const Profile& profile() const noexcept;
  std::uint64_t seed() const noexcept;
  Time start() const noexcept;
  /// In the order of `LogType`.
  ///
  ///   const busyhour::Job job({.logs = "usage,operational"});
  ///   std::cout << busyhour::NameOf(job.logs()[0]);  // operational
  std::vector<LogType> logs() const;

 private:
  friend class JobData;
  explicit Job(std::shared_ptr<const class JobData> data);

  std::shared_ptr<const class JobData> data_;
};

}  // namespace busyhour
