#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/calendar.h"
#include "job/job.h"
#include "logs/log.h"
#include "logs/worlds.h"
#include "verify/lost_pattern.h"
#include "verify/series.h"
#include "verify/verdict.h"

namespace busyhour::internal {

/// Finds the runs of lost records, and what lost records have in common. Takes
/// all records that should have been received, in the order of their calls.
/// Memory depends on the records in flight. For one thread.
class LossFinder {
 public:
  /// Both must outlive it.
  LossFinder(const Worlds& worlds, VerifyRuns& runs);

  /// Begins a job, or a shard of one, whose files have this layout. No record
  /// is delivered more than `horizon_ms` after its call's second.
  void BeginJob(Layout layout, std::uint64_t first_slot,
                std::uint32_t horizon_ms);
  /// Adds the records of a call; `kLostMark` marks the lost ones.
  void Add(CallKey call, std::span<const Record> records);
  /// Call this after the last call of a job.
  void EndJob();

  LostPattern Finish();

 private:
  // The number of records, and of lost ones, with each text of a field.
  struct Texts {
    std::array<std::uint64_t, 256> all{};
    std::array<std::uint64_t, 256> lost{};
  };
  // Lost records in a row.
  struct Run {
    std::size_t job = 0;
    Record first;
    Record last;
    std::uint64_t records = 0;
  };

  // The records of a log and resource in the hour of the last one.
  struct Blob {
    std::int64_t hour = 0;
    std::uint64_t sent = 0;
    std::uint64_t lost = 0;
  };

  void TakeSecond();
  void Take(const Record& record);
  void CountTexts(const Record& record);
  void CountInBlob(const Record& record);
  void Close(Run& run);
  void Close(std::uint32_t resource, LogType log, Blob& blob);
  // The texts of a field, if they are the same in all resources.
  std::optional<std::vector<std::string>> TextsOf(LogType log,
                                                  std::size_t field) const;
  std::optional<LostPattern::Values> ValuesOf(LogType log) const;
  std::optional<LostPattern::Window> LostTimes() const;

  const Worlds& worlds_;
  VerifyRuns& runs_;
  std::optional<Calendar> calendar_;
  std::vector<Record> due_;
  std::size_t jobs_ = 0;  // how many have begun
  PerLog<Run> open_;
  // By resource; empty if the job has no blobs.
  std::vector<PerLog<Blob>> blobs_;
  PerLog<bool> any_received_{};  // of the job
  // The runs before the first and after the last received record of each job
  // and log.
  std::vector<Run> begins_;
  std::vector<Run> ends_;
  LostPattern pattern_;
  VerifySeries own_times_;  // by the own times of the records
  // By field; empty until the log has a record.
  PerLog<std::vector<Texts>> texts_;
  PerLog<std::uint64_t> lost_{};
};

}  // namespace busyhour::internal
