#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "dataset/manifest_merge.h"
#include "dataset/output_files.h"
#include "dataset/record_lines.h"
#include "engine/encode_portion.h"

namespace busyhour::internal {

/// Why the files of shards cannot be merged to those of one run of `job`, as a
/// message; empty if they can.
std::string ReasonAgainstMerging(const Job& job);

/// The texts of the records of a job, from the files of all its shards.
///
/// Each record says of which shard it is, and the records of a shard have the
/// same order in its files as in those of the whole job. The next text of a
/// record's shard and stream is therefore that of the record.
class ShardTexts : public TextSource {
 public:
  /// `shards` are those of the job, in order; `files` are the output of the
  /// whole job. Adds a problem for each file that is not there, has another
  /// size than its manifest says, or is not in the manifest.
  ShardTexts(const std::vector<ShardManifest>& shards, const OutputFiles& files,
             const std::vector<BlobOwners>& owners,
             std::vector<Problem>& problems);

  /// Number of files that are open at the same time, at most.
  std::size_t open_files() const noexcept { return lines_.size(); }

  Status Read(EncodePortion& portion) override;
  Status Finish() override;

 private:
  void AddShard(const ShardManifest& shard,
                const std::vector<BlobOwners>& owners,
                std::vector<Problem>& problems);
  std::size_t IndexOf(std::size_t shard, std::size_t stream) const noexcept {
    return shard * streams_ + stream;
  }

  const Routes& routes_;
  std::uint32_t shards_;
  std::size_t streams_;
  std::vector<std::string> places_;  // directories of the shards
  std::vector<RecordLines> lines_;   // by IndexOf
};

}  // namespace busyhour::internal
