#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "interface/job_data.h"

namespace busyhour {

/// What incidents did to a record. Several names are separated by commas.
struct RecordLabel {
  std::string incidents;
  std::string effects;  ///< caused, changed or indirect
};

/// The records of a log that incidents touched. Constant after construction.
class RecordLabels {
 public:
  /// Simulates the calls of the job with and without each incident.
  RecordLabels(const JobData& data, const internal::Job& job, LogType log);

  /// The label of a record of the job's run; empty if no incident touched it.
  const RecordLabel& Of(const internal::Record& record) const;

 private:
  // What identifies a record in a run.
  struct Key {
    std::uint64_t call;
    std::uint64_t place;  // resource, number in the call, copy
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  static Key KeyOf(const internal::Record& record) noexcept;

  std::unordered_map<Key, RecordLabel, Hash> labels_;
};

}  // namespace busyhour
