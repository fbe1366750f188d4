#pragma once

#include <string>
#include <vector>

#include "busyhour/error.h"
#include "job/shard.h"

namespace busyhour::internal {

/// A shard, and the file that tells about it.
struct ShardFile {
  std::string path;
  Shard shard;
};

/// Adds a problem for each file that is of another number of shards than the
/// first one, for each that is of the same shard as another one, and for the
/// shards without a file. `kind` is what the files are: `manifest`.
void CheckShards(const std::vector<ShardFile>& files, const std::string& kind,
                 std::vector<Problem>& problems);

}  // namespace busyhour::internal
