#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "faults/faults.h"
#include "job/job.h"

namespace busyhour {

/// Writes records as their faults have them. Keeps space between calls; for one
/// thread.
class FaultyText {
 public:
  /// `encoder` must be of the job's shape and rows. All must outlive it.
  FaultyText(const Job& job, const Encoder& encoder, const Faults& faults)
      : job_(job), rows_(RowsOf(job)), encoder_(encoder), faults_(faults) {}

  /// The text of a record, damaged if it is `damaged()` and cut if it
  /// `is_cut()`, without what the frame puts around it. Good until the next
  /// call.
  std::string_view Write(const Record& record, const RecordIds& ids,
                         const CallImage& image);
  /// Which columns of the record, by their bits, the fault of its text strikes.
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

}  // namespace busyhour
