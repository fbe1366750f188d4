#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "read/record_reader.h"
#include "verify/comparer.h"
#include "verify/exact_ahead.h"
#include "verify/exact_matcher.h"
#include "verify/record_matcher.h"
#include "verify/sent_encoder.h"
#include "verify/shared_calls.h"
#include "verify/verdict_counter.h"
#include "verify/verify_options.h"

namespace busyhour::internal {

/// Compares what was received with what was sent, record by record.
///
/// Each record is recognized by its own id or, if that fails, by the ids of its
/// call. The call is simulated again, and the record is encoded again in the
/// received shape. Usually the bytes are equal, and nothing else is compared.
/// For each record, only its marks stay in memory, see `SentRecords`. Records
/// that are exactly as they were sent are recognized on several threads, see
/// `ExactAhead`; their number does not affect the verdict. The functions are
/// for one thread.
class Verifier : private RecordHandler {
 public:
  /// All must outlive the verifier. Throws `std::runtime_error` if a thread
  /// cannot be started.
  Verifier(const Worlds& worlds, Shape preferred, SentRecords& sent,
           const VerifyOptions& options, int threads = 1);
  ~Verifier() override;

  /// Reads an input to its end. `name` is for examples.
  void Read(const InputBytes::Source& source, const std::string& name);
  /// An input that cannot be read at all counts as one undecodable record.
  void NoteUnreadable(const std::string& name, const std::string& why);

  /// Returns the verdict, with the lost records. Call this after the last
  /// input.
  Verdict Finish();

  /// The use of the names of the options so far.
  const NameUse& name_use() const noexcept { return reader_.name_use(); }

 private:
  void OnRecord(const Received& received) override;
  void OnBroken(std::string_view text, std::uint64_t line,
                const std::string& why) override;
  std::size_t TakeExact(const RecordStart& start) override;
  bool knows_texts() const override { return sent_.knows_texts(); }
  // A text that is recognized as a whole because its damage is expected.
  bool TakeText(std::string_view text, std::uint64_t line) override;

  // Records of this shape may follow.
  void Expect(Shape shape);
  // Handles a record that the job has not sent.
  void TakeForeign(const Received& received, const MatchResult& result,
                   bool was_dropped);
  bool IsForeign(Owner owner) const;
  bool IsJudged(LogType log);

  SentRecords& sent_;
  const VerifyOptions& options_;
  SentEncoder encoder_;
  Comparer comparer_;
  SharedCalls calls_;
  ExactMatcher exact_matcher_;
  std::unique_ptr<ExactAhead> ahead_;  // null for one thread
  RecordMatcher matcher_;
  VerdictCounter counter_;
  RecordReader reader_;

  // In the current input: records with ids of this seed that belong to other
  // jobs, and records that were counted as this job's but may belong to
  // another.
  std::uint64_t others_ = 0;
  std::uint64_t doubtful_ = 0;
};

}  // namespace busyhour::internal
