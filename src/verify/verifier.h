#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verify/comparer.h"
#include "verify/counter.h"
#include "verify/recognizer.h"
#include "verify/record_reader.h"
#include "verify/speller.h"
#include "verify/unwrapper.h"
#include "verify/verify_options.h"

namespace busyhour {

/// Compares what was received with what was sent, record by record.
///
/// Each record is recognized by its own id, or failing that by the ids of its
/// call. The call is simulated again, and the record encoded again in the shape
/// that was received: most often the bytes are the same, and nothing more needs
/// to be looked at. Memory depends on the number of records by their marks
/// only, see `SentRecords`. For one thread.
class Verifier : private RecordTaker {
 public:
  /// All must outlive the verifier.
  Verifier(const Cast& cast, Shape preferred, SentRecords& sent,
           const VerifyOptions& options);
  ~Verifier() override;

  /// Reads an input to its end. `name` is for examples.
  void Read(InputBytes::Source source, const std::string& name);
  /// An input that cannot be read at all counts as one undecodable record.
  void NoteUnreadable(const std::string& name, const std::string& why);

  /// After the last input: what was lost, and all else.
  Verdict Finish();

 private:
  std::size_t TakeExact(const char* p, const char* end,
                        std::uint64_t line) override;
  bool TakeObject(std::string_view text, std::uint64_t line) override;
  bool TakeRow(std::string_view text, const std::vector<std::string>& columns,
               std::uint64_t line) override;
  bool TakeCells(std::string_view text,
                 const std::vector<std::string_view>& cells,
                 const std::vector<std::string>& columns,
                 std::uint64_t line) override;
  bool IsRecord(std::string_view text) override;
  bool knows_lines() const override { return sent_.knows_texts(); }
  bool TakeLine(std::string_view line, std::uint64_t number) override;
  void TakeBroken(std::string_view text, std::uint64_t line,
                  const std::string& why) override;

  // A text that is known as it is, damaged or not at all ours.
  bool TakeKnown(std::string_view text, std::uint64_t line);
  // The same of a text in a record that is only its wrapper.
  bool TakeKnownInside(const ReceivedRecord& wrapper, std::uint64_t line);
  // A record of which all values are known. `encoder` spells whole records as
  // `text` does, if any does. False when it has been counted as broken.
  bool Take(ReceivedRecord& record, std::string_view text,
            const Encoder* encoder, std::uint64_t line);
  bool IsForeign(Owner owner) const;
  std::optional<ArrivalTime> ArrivalOf(const ReceivedRecord& record) const;

  const Cast& cast_;
  SentRecords& sent_;
  const VerifyOptions& options_;
  Speller speller_;
  Comparer comparer_;
  Recognizer recognizer_;
  Unwrapper unwrapper_;
  VerdictCounter counter_;
  FieldReader reader_;
  ReceivedRecord record_;
  std::vector<char> exact_text_;

  // Of the input that is read: what the last record was like that was not taken
  // at once.
  std::optional<Shape> shape_;
  LogType last_log_ = LogType::kOperational;
  PerLog<std::size_t> first_id_{};  // least place of the id
  int misses_ = 0;
  int skip_ = 0;
  // Records in it with ids of our seed that are of other jobs.
  std::uint64_t others_ = 0;
  // Records in it that were taken as ours though they may be another's.
  std::uint64_t doubtful_ = 0;
};

}  // namespace busyhour
