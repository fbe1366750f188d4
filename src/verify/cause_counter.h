#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "logs/log.h"
#include "read/record_reader.h"
#include "verify/change.h"
#include "verify/verdict.h"

namespace busyhour::internal {

/// Groups what is wrong with received records by its cause: the same field that
/// was changed in the same way, the same reason why a record is foreign or
/// undecodable. Memory is limited, whatever is counted. For one thread.
class CauseCounter {
 public:
  /// Counts a changed value of a record, in the column with this index. Returns
  /// the example to fill in if it is the first one of its cause, or null.
  VerifyExample* CountChange(LogType log, std::size_t column,
                             const FieldValue& sent, const Received& received,
                             Equality& equality);
  /// Counts a foreign record. `why` must outlive the counter.
  VerifyExample* CountForeign(std::optional<LogType> log, std::string_view why);
  /// Counts an undecodable part of this size in bytes, or an input that cannot
  /// be read further.
  VerifyExample* CountBroken(std::optional<LogType> log, const std::string& why,
                             std::size_t bytes, bool is_of_input);

  /// The causes: altered, foreign and undecodable ones, the most frequent ones
  /// of each kind first; before them, inputs that cannot be read, as these may
  /// explain undecodable parts.
  std::vector<VerifyCause> Finish() const;

 private:
  using Key = std::tuple<LogType, std::string_view, ChangeKind>;
  // The values of a field of a log that were changed in a way, by amount: the
  // first amounts apart, and all others together.
  struct Changes {
    std::vector<VerifyCause> causes;
    std::optional<VerifyCause> others;
    // The paths of names under which all of the missing values are in their
    // records.
    std::vector<std::string> renamed;
  };
  static std::vector<VerifyCause> Sorted(const Changes& changes,
                                         ChangeKind kind);
  static void FindNames(const FieldValue& sent, const Received& received,
                        LogType log, Changes& changes, Equality& equality);

  std::map<Key, Changes> changes_;
  std::map<std::pair<std::string, std::optional<LogType>>, VerifyCause>
      foreign_;
  std::map<std::pair<std::string, std::optional<LogType>>, VerifyCause> broken_;
};

}  // namespace busyhour::internal
