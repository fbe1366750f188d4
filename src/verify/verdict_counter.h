#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "logs/worlds.h"
#include "verify/cause_counter.h"
#include "verify/comparer.h"
#include "verify/record_matcher.h"
#include "verify/sent_encoder.h"
#include "verify/sent_records.h"
#include "verify/verdict.h"

namespace busyhour::internal {

/// Counts the results of all records, and keeps examples. For one thread.
class VerdictCounter {
 public:
  /// At most `examples` of each kind. All must outlive the counter.
  VerdictCounter(const Worlds& worlds, SentRecords& sent, SentEncoder& encoder,
                 Comparer& comparer, std::size_t examples);

  /// Begins an input. `log` is the only log of its records, if known.
  void BeginInput(const std::string& name, std::optional<LogType> log);
  void AddBytes(const ByteCounts& bytes);

  /// How a record of this job was received.
  struct Arrival {
    /// Whether no other record has the same text, so that its place in the
    /// order is known.
    bool is_sure = true;
    bool is_altered = false;
  };
  /// Counts a record of this job and marks it as received. False if it was
  /// received before.
  bool Count(const SentRecord& record, std::uint64_t line, Arrival arrival);
  /// Counts the changes of an altered record. Call this before `Count()` marks
  /// the record.
  void CountAltered(const RecordMatch& match, const Received& received);
  /// Counts a record of a log that is not judged.
  void CountNotJudged() { ++verdict_.not_judged; }
  /// `id` is the record's own id, if it has one.
  void CountForeign(const Received& received, std::string_view id,
                    const char* why);
  void CountBroken(std::string_view text, std::uint64_t line,
                   const std::string& why);

  /// Counts the arrival of a record that was not received before.
  void CountArrival(const Record& sent,
                    const std::optional<ReceivedTime>& arrival);

  /// Records of this job in the input so far.
  std::uint64_t ours() const noexcept { return ours_; }

  /// Counts the lost records and returns the verdict. Call this after the last
  /// input.
  Verdict Finish();

 private:
  // Counts a record that was received before.
  void CountDuplicate(const Record& sent, std::uint64_t line, bool is_altered);
  // Counts a first copy that was delivered then, if its place is known.
  void CountOrder(const Record& sent, const Record& delivered,
                  std::uint64_t line);
  // A record that is duplicated or out of order belongs to the open run of the
  // kind if the record before it was so, too.
  void AddToRun(std::string_view kind, const Record& delivered,
                std::uint64_t line);
  void EndRuns();
  void EndInput();
  void CountLosses();
  // The value of the first column that `is_wanted` selects, if it is there.
  template <class IsWanted>
  static std::string TextIn(const Received& received,
                            const IsWanted& is_wanted);
  // Fills in the record of an example.
  void Name(const Record& sent, VerifyExample& example) const;
  VerifyExample* NewExample(std::string_view kind, std::optional<LogType> log,
                            std::uint64_t line);

  const Worlds& worlds_;
  SentRecords& sent_;
  SentEncoder& encoder_;
  Comparer& comparer_;
  std::size_t examples_;
  // Of the current input.
  std::string input_;
  std::optional<LogType> only_log_;  // log of all its records so far
  bool several_logs_ = false;
  // The last record of each log so far, in the order of sending.
  PerLog<DeliveryOrder> last_;
  std::uint64_t ours_ = 0;

  CauseCounter causes_;
  // The run that the last record of this job belongs to, if any.
  std::optional<VerifyRun> run_;

  PerLog<std::uint64_t> distinct_{};
  PerLog<std::uint64_t> early_{};
  Verdict verdict_;
  std::array<std::uint64_t, kVerifyCountCount> shown_{};
};

}  // namespace busyhour::internal
