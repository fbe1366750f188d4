#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "logs/directory.h"
#include "verify/fields.h"
#include "verify/name_map.h"
#include "verify/record_reader.h"
#include "verify/sent_records.h"
#include "verify/verdict.h"

namespace busyhour {

struct VerifyOptions {
  /// A value must be spelled as it was sent, under its name and in its place.
  bool strict = false;
  /// The only fields that are compared; empty for all.
  std::vector<Field> fields;
  NameMap names;
  /// JSON Pointer of the record in what is received; empty to look for it.
  std::string at;
  std::size_t examples = 10;  ///< most of each kind
  std::size_t max_record = 1 << 20;
  std::uint64_t max_inflated = std::uint64_t{1} << 40;
};

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
  Verifier(const Directory& directory, Shape preferred, SentRecords& sent,
           const VerifyOptions& options);
  ~Verifier() override;

  /// Reads an input to its end. `name` is for examples.
  void Read(InputBytes::Source source, const std::string& name);
  /// An input that cannot be read at all counts as one undecodable record.
  void NoteUnreadable(const std::string& name, const std::string& why);

  /// After the last input: what was lost, and all else.
  Verdict Finish();

 private:
  // What a received record differs in from one that was sent.
  struct Difference {
    std::uint64_t columns = 0;  // bit i: column i
    int own = 0;                // bits of it that are the record's own id
    bool is_foreign = false;
    /// No other sign of another profile, in a record that does not name one.
    bool only_time = false;
    int count() const noexcept { return __builtin_popcountll(columns); }
  };
  struct Match {
    SentCall* call = nullptr;
    std::size_t record = 0;
    Difference difference;
  };
  // Last record taken from the input of each log, in the order of sending.
  struct Position {
    std::int64_t delivery_ms = -1;
    std::uint64_t call = 0;
    std::uint16_t sequence = 0;
    friend auto operator<=>(const Position&, const Position&) = default;
  };

  std::size_t TakeExact(const char* p, const char* end,
                        std::uint64_t line) override;
  void TakeObject(std::string_view text, std::uint64_t line) override;
  void TakeRow(std::string_view text, const std::vector<std::string>& columns,
               std::uint64_t line) override;
  void TakeCells(std::string_view text,
                 const std::vector<std::string_view>& cells,
                 const std::vector<std::string>& columns,
                 std::uint64_t line) override;
  void TakeBroken(std::string_view text, std::uint64_t line,
                  const std::string& why) override;

  // A record of which all values are known. `encoder` spells whole records as
  // `text` does, if any does.
  void Take(ReceivedRecord& record, std::string_view text,
            const Encoder* encoder, std::uint64_t line);
  // Gives values the names that they had.
  void Rename(ReceivedRecord& record) const;
  // The record inside `record`, which may be in a text of it.
  const std::optional<Detected>* Unwrap(ReceivedRecord*& record);
  std::optional<int> ObjectAt(const ReceivedRecord& record) const;
  // By its own id. `decoded`: it was an id of ours.
  std::optional<Match> ByOwnId(const ReceivedRecord& record,
                               const Detected& detected, std::string_view text,
                               const Encoder* encoder, bool& decoded);
  std::optional<Match> ByOtherIds(const ReceivedRecord& record,
                                  const Detected& detected);
  std::optional<Match> Nearest(const ReceivedRecord& record,
                               const Detected& detected, SentCall& call);
  std::optional<CallKey> CallNamedBy(std::string_view text) const;
  std::string_view OwnId(const ReceivedRecord& record, const Detected& detected,
                         LogType log) const;

  std::string_view Spell(SentCall& call, std::size_t record,
                         const Encoder& encoder, char* to);
  const ReceivedRecord& Expected(SentCall& call, std::size_t record,
                                 Shape shape);
  Difference Compare(SentCall& call, std::size_t record,
                     const ReceivedRecord& received, const Detected& detected);

  // Counts a record of ours; false when it had been received before.
  bool Count(const SentCall& call, std::size_t record, std::uint64_t line);
  void CountAltered(SentCall& call, std::size_t record,
                    const Difference& difference,
                    const ReceivedRecord& received, const Detected& detected,
                    std::uint64_t line);
  void CountForeign(std::optional<LogType> log, std::string_view id,
                    const char* why, std::uint64_t line);
  VerifyExample* NewExample(std::string_view kind, std::optional<LogType> log,
                            std::uint64_t line);
  const Encoder& ObjectEncoder(Shape shape);
  bool IsCompared(Field field) const noexcept {
    return compared_[static_cast<std::size_t>(field)];
  }

  const Directory& directory_;
  SentRecords& sent_;
  const VerifyOptions& options_;
  std::array<bool, 64> compared_{};
  Detector detector_;
  FieldReader reader_;
  FieldReader inner_reader_;
  FieldReader expected_reader_;
  ReceivedRecord record_;
  ReceivedRecord inner_;
  ReceivedRecord expected_;
  std::string inner_text_;
  std::array<std::unique_ptr<Encoder>, kShapeCount> object_encoders_;
  Encoder page_encoder_;
  Encoder portal_csv_encoder_;
  Encoder table_csv_encoder_;
  Encoder query_encoder_;
  std::vector<char> exact_text_;
  std::vector<char> expected_text_;

  // Of the input that is read.
  std::string input_;
  std::optional<LogType> only_log_;  // of all its records so far
  bool several_logs_ = false;
  std::array<Position, kLogTypeCount> last_;
  // What the last record was like that was not taken at once.
  std::optional<Shape> shape_;
  LogType last_log_ = LogType::kOperational;
  std::array<std::size_t, kLogTypeCount> first_id_{};  // least place of the id
  int misses_ = 0;
  int skip_ = 0;
  // Records with ids of our seed: of this job, and of others.
  std::uint64_t ours_ = 0;
  std::uint64_t others_ = 0;

  std::array<std::uint64_t, kLogTypeCount> distinct_{};
  Verdict verdict_;
  std::array<std::uint64_t, kVerifyCountCount> shown_{};
};

}  // namespace busyhour
