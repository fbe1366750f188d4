#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "faults/faults.h"
#include "job/job.h"

namespace busyhour::internal {

/// Writes records with the effects of their faults. Reuses memory between
/// calls; for one thread.
class FaultyText {
 public:
  /// `encoder` must be of the job's shape and rows. All must outlive it.
  FaultyText(const Job& job, const Encoder& encoder, const Faults& faults)
      : job_(job), rows_(RowsOf(job)), encoder_(encoder), faults_(faults) {}

  /// The text of a record, damaged if `damaged()` and truncated if `is_cut()`,
  /// without the text of the frame. Valid until the next call.
  std::string_view Write(const Record& record, const RecordIds& ids,
                         const CallImage& image);
  /// The columns of the record that its text fault changes, as bits.
  std::uint64_t StruckColumns(const Record& record, const RecordIds& ids,
                              const CallImage& image, const TextFault& fault);

 private:
  std::string_view Encode(const Record& record, const RecordIds& ids,
                          const CallImage& image);

  const Job& job_;
  const RowFormat rows_;
  const Encoder& encoder_;
  const Faults& faults_;
  Damager damager_;
  std::vector<char> space_;
  std::string text_;
  std::string cut_;
};

}  // namespace busyhour::internal
