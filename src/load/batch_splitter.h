#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/compressor.h"
#include "framing/message_writer.h"
#include "load/batcher.h"
#include "load/load_batch.h"

namespace busyhour::internal {

/// Splits batches that are too large for a receiver. For one thread.
class BatchSplitter {
 public:
  /// `job` and `rules` must be those with which the batches were made. `worlds`
  /// must outlive the splitter.
  BatchSplitter(const Job& job, const BatchRules& rules, const Worlds& worlds);

  /// Divides the batch's records, in order, into batches of at most
  /// `most_bytes` on the wire. A larger record gets a batch of its own, and
  /// compressed batches may be somewhat larger, too. Each part is due when its
  /// records are due. Returns nothing if the batch has only one record, if the
  /// positions of its records are unknown, or if there is not enough memory to
  /// decompress it.
  std::vector<std::unique_ptr<LoadBatch>> Split(const LoadBatch& batch,
                                                std::size_t most_bytes);

 private:
  // The start of the section of each record of a batch with this text.
  std::vector<std::string_view> SectionsIn(const LoadBatch& batch,
                                           std::string_view text) const;
  bool Compress(LoadBatch& part);

  MessageWriter writer_;
  const std::unique_ptr<Compressor> compressor_;  // null without compression
  std::string text_;
  std::vector<char> packed_;
};

}  // namespace busyhour::internal
