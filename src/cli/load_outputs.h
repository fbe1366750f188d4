#pragma once

#include "cli/load_options.h"
#include "deliver/uri.h"

namespace busyhour {

/// Refuses outputs that cannot be written, or that are the same file: the
/// report, the manifest, and the receiver. Leaves no new file.
void CheckOutputs(const LoadOptions& load, const Uri& target,
                  OptionReader& options);

}  // namespace busyhour
