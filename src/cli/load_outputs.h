#pragma once

#include <string>

#include "base/status.h"
#include "cli/load_options.h"
#include "deliver/uri.h"

namespace busyhour {

/// Refuses outputs that cannot be written, or that are the same file: the
/// report, the manifest, and the receiver. Leaves no new file.
void CheckOutputs(const LoadOptions& load, const Uri& target,
                  OptionReader& options);

/// Writes `text` to `path`, unless `path` is empty.
Status WriteReport(const std::string& path, const std::string& text);

}  // namespace busyhour
