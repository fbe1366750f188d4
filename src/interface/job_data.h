#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "busyhour/job.h"
#include "busyhour/profile.h"
#include "busyhour/record.h"
#include "encode/encoder.h"
#include "job/job.h"
#include "job/job_spec.h"
#include "logs/field_values.h"
#include "logs/record.h"
#include "logs/worlds.h"
#include "profile/profile.h"

namespace busyhour {

struct Profile::Data {
  internal::Profile profile;
};

/// What the engine knows of a job of the interface, and the way from the types
/// of the interface to those of the engine. Any number of threads may share it.
class JobData : public std::enable_shared_from_this<JobData> {
 public:
  /// `from` are the options of the job; nothing if a manifest describes it.
  JobData(Profile of, internal::Job engine_job,
          std::optional<internal::JobSpec> from);

  static std::shared_ptr<const JobData> Of(const Job& job) noexcept {
    return job.data_;
  }
  static Job JobOf(std::shared_ptr<const JobData> data) {
    return Job(std::move(data));
  }
  static const internal::Profile& EngineProfile(
      const Profile& profile) noexcept {
    return profile.data_->profile;
  }
  static Profile ProfileOf(internal::Profile profile);
  static internal::Record EngineRecord(const Record& record) noexcept;
  Record RecordOf(const internal::Record& record) const {
    return Record(shared_from_this(), &record);
  }

  /// The job as it is written to `path`: the ending of a file selects the frame
  /// and the compression, unless the options do. Throws `InputError`.
  internal::Job JobAt(const std::string& path) const;

  /// The value of a column of the record.
  Value ValueOf(const internal::Record& record,
                const internal::Column& column) const;
  /// The record as a JSON object, without a line end.
  std::string TextOf(const internal::Record& record,
                     internal::Shape shape) const;

  const Profile profile;
  const internal::Job job;
  const internal::Worlds worlds;

 private:
  const internal::Encoder& EncoderOf(internal::Shape shape) const;

  const std::optional<internal::JobSpec> spec_;
  mutable std::mutex mutex_;
  mutable std::map<internal::Shape, internal::Encoder> encoders_;
  mutable internal::FieldValues values_;
};

/// A time of the engine as one of the interface.
inline Time TimeOf(internal::SimTime time) noexcept {
  return Time(std::chrono::milliseconds(time.ms));
}

/// The number of threads that an option asks for, 0 for one for each core.
/// Throws `InputError` under the name `threads`.
int ThreadsOf(int threads);

}  // namespace busyhour
