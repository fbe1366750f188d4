#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "logs/cast.h"
#include "verify/record_matcher.h"
#include "verify/sent_encoder.h"
#include "verify/sent_records.h"
#include "verify/verdict.h"

namespace busyhour {

/// Counts what became of the records, and keeps examples. For one thread.
class VerdictCounter {
 public:
  /// At most `examples` of each kind. All must outlive the counter.
  VerdictCounter(const Cast& cast, SentRecords& sent, SentEncoder& encoder,
                 std::size_t examples);

  /// What follows is of this input; where its records are of one log, that may
  /// be known.
  void BeginInput(const std::string& name, std::optional<LogType> log);
  void AddBytes(const ByteCounts& bytes);

  /// A record of ours; marks it as received.
  /// False when it had been received before.
  /// `is_sure`: it is no other record, whose place in the order may differ.
  bool Count(const SentCall& call, std::size_t record, std::uint64_t line,
             bool is_sure = true);
  /// And one that differs, before it is marked.
  void CountAltered(const RecordMatch& match, const Received& received);
  void CountForeign(std::optional<LogType> log, std::string_view id,
                    const char* why, std::uint64_t line);
  void CountBroken(std::string_view text, std::uint64_t line,
                   const std::string& why);

  /// When a record that had not been received before got to the far end.
  void CountArrival(const Record& sent,
                    const std::optional<ArrivalTime>& arrival);

  /// Records of this job in the input so far.
  std::uint64_t ours() const noexcept { return ours_; }

  /// After the last input: what was lost, and all else.
  Verdict Finish();

 private:
  VerifyExample* NewExample(std::string_view kind, std::optional<LogType> log,
                            std::uint64_t line);

  const Cast& cast_;
  SentRecords& sent_;
  SentEncoder& encoder_;
  std::size_t examples_;
  // Of the input that is read.
  std::string input_;
  std::optional<LogType> only_log_;  // of all its records so far
  bool several_logs_ = false;
  // Last record taken of each log, in the order of sending.
  PerLog<DeliveryOrder> last_;
  std::uint64_t ours_ = 0;

  PerLog<std::uint64_t> distinct_{};
  PerLog<std::uint64_t> early_{};
  Verdict verdict_;
  std::array<std::uint64_t, kVerifyCountCount> shown_{};
};

}  // namespace busyhour
