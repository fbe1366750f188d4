#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/call_key.h"
#include "encode/call_image.h"
#include "engine/scribe.h"
#include "logs/call_records.h"
#include "logs/worlds.h"
#include "verify/fault_truth.h"
#include "verify/record_list.h"
#include "verify/sent_part.h"

namespace busyhour::internal {

class SentRecords;

/// A record that was sent.
struct SentRecord {
  Record record;
  std::uint64_t mark = 0;  ///< its number in the job
  std::uint32_t shard = 0;
  /// If a copy is expected, how much later it was delivered.
  std::uint32_t repeat_ms = 0;
};

/// The key of no call.
inline constexpr CallKey kNoCall{~std::uint64_t{0}, 0, 0};

/// A call that was sent, with its records. What is read of each call is at its
/// beginning.
struct SentCall {
  CallImage image;
  CallKey key = kNoCall;
  /// The faults of each record; empty unless faults are expected.
  std::vector<SentFault> faults;
  std::uint64_t first_mark = 0;  ///< mark of the first record
  std::uint32_t shard = 0;
  RecordList records;

  /// Number of bytes from its beginning on that are read to find a record.
  static constexpr std::size_t bytes_to_find() noexcept {
    return sizeof(CallImage) + sizeof(CallKey) + sizeof(faults) +
           sizeof(first_mark) + sizeof(shard) + RecordList::bytes_to_find();
  }

  SentRecord RecordAt(std::size_t at) const noexcept {
    return {records[at], first_mark + at, shard,
            faults.empty() ? 0 : faults[at].repeat_ms};
  }

 private:
  friend class CallHandle;
  int handles_ = 0;
};

/// Refers to a call that `SentRecords` has found. The call stays in memory
/// while any handle to it exists, whatever else is looked up. Empty if there is
/// no such call. Handles must not outlive their `SentRecords`. For one thread.
class CallHandle {
 public:
  CallHandle() = default;
  explicit CallHandle(SentCall& call) noexcept : call_(&call) {
    ++call.handles_;
  }
  CallHandle(const CallHandle& other) noexcept : call_(other.call_) {
    if (call_ != nullptr) ++call_->handles_;
  }
  CallHandle(CallHandle&& other) noexcept
      : call_(std::exchange(other.call_, nullptr)) {}
  CallHandle& operator=(CallHandle other) noexcept {
    std::swap(call_, other.call_);
    return *this;
  }
  ~CallHandle() {
    if (call_ != nullptr) --call_->handles_;
  }

  explicit operator bool() const noexcept { return call_ != nullptr; }
  SentCall& operator*() const noexcept { return *call_; }
  SentCall* operator->() const noexcept { return call_; }

  static bool Holds(const SentCall& call) noexcept { return call.handles_ > 0; }

 private:
  SentCall* call_ = nullptr;
};

/// Makes calls again that were sent: from their kept records, or by simulating
/// them. For one thread.
class CallMaker {
 public:
  /// Both must outlive the maker.
  CallMaker(const Worlds& worlds, const SentRecords& sent);

  /// Fills in the call with this key. False if it was not sent.
  bool Make(CallKey key, SentCall& call);

 private:
  // Fill in the records of a call and their marks, if they are kept or if the
  // simulation finds the call.
  static bool Copy(CallKey key, const SentPart::Place& place,
                   const SentPart& part, SentCall& call);
  bool Simulate(CallKey key, const SentPart::Place& place, Scribe& scribe,
                SentCall& call);

  const Worlds& worlds_;
  const SentRecords& sent_;
  std::vector<std::unique_ptr<Scribe>> scribes_;  // by shard
  std::vector<Record> made_;                      // by the last simulated call
};

}  // namespace busyhour::internal
