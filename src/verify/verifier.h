#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "read/record_reader.h"
#include "verify/comparer.h"
#include "verify/exact_matcher.h"
#include "verify/record_matcher.h"
#include "verify/sent_encoder.h"
#include "verify/verdict_counter.h"
#include "verify/verify_options.h"

namespace busyhour {

/// Compares what was received with what was sent, record by record.
///
/// Each record is recognized by its own id, or failing that by the ids of its
/// call. The call is simulated again, and the record encoded again in the shape
/// that was received: most often the bytes are the same, and nothing more needs
/// to be looked at. Memory depends on the number of records by their marks
/// only, see `SentRecords`. For one thread.
class Verifier : private RecordHandler {
 public:
  /// All must outlive the verifier.
  Verifier(const Cast& cast, Shape preferred, SentRecords& sent,
           const VerifyOptions& options);
  ~Verifier() override;

  /// Reads an input to its end. `name` is for examples.
  void Read(const InputBytes::Source& source, const std::string& name);
  /// An input that cannot be read at all counts as one undecodable record.
  void NoteUnreadable(const std::string& name, const std::string& why);

  /// After the last input: what was lost, and all else.
  Verdict Finish();

 private:
  void OnRecord(const Received& received) override;
  void OnBroken(std::string_view text, std::uint64_t line,
                const std::string& why) override;
  std::size_t TakeExact(const char* p, const char* end,
                        std::uint64_t line) override;
  bool knows_texts() const override { return sent_.knows_texts(); }
  // A text that is known as it is, damaged or not at all ours.
  bool TakeText(std::string_view text, std::uint64_t line) override;

  // A record that the job has not sent.
  void TakeForeign(const Received& received, const MatchResult& result,
                   bool was_dropped);
  bool IsForeign(Owner owner) const;

  SentRecords& sent_;
  const VerifyOptions& options_;
  SentEncoder encoder_;
  Comparer comparer_;
  ExactMatcher exact_matcher_;
  RecordMatcher matcher_;
  VerdictCounter counter_;
  RecordReader reader_;

  // Of the input that is read: records with ids of our seed that are of other
  // jobs, and records that were taken as ours though they may be another's.
  std::uint64_t others_ = 0;
  std::uint64_t doubtful_ = 0;
};

}  // namespace busyhour
