#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "deliver/compressor.h"
#include "framing/message_writer.h"
#include "load/batcher.h"
#include "load/load_batch.h"

namespace busyhour {

/// Splits batches that a receiver will not take whole. For one thread.
class BatchSplitter {
 public:
  /// `job` and `rules` are those by which the batches were made; `cast` must
  /// outlive it.
  BatchSplitter(const Job& job, const BatchRules& rules, const Cast& cast);

  /// The batch's records in batches of `most_bytes` at most, as they go over
  /// the wire, in their order; a record that is larger has one of its own, and
  /// compressed ones may be somewhat larger, too. Each is due when its records
  /// are. None when the batch has one record only, or does not know where its
  /// records are, or there is no memory to look.
  std::vector<std::unique_ptr<LoadBatch>> Split(const LoadBatch& batch,
                                                std::size_t most_bytes);

 private:
  bool Compress(LoadBatch& part);

  MessageWriter writer_;
  const std::unique_ptr<Compressor> compressor_;  // null for none
  std::string text_;
  std::vector<char> packed_;
};

}  // namespace busyhour
