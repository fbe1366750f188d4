#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace busyhour::internal {

/// `busyhour merge --files`: writes the files of all shards of a job as those
/// of one run, and returns the exit status. `manifests` are those of the
/// shards.
int MergeFiles(OptionReader& options,
               const std::vector<std::string>& manifests);

}  // namespace busyhour::internal
