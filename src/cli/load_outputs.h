#pragma once

#include <string>

#include "base/status.h"
#include "cli/load_options.h"
#include "deliver/uri.h"

namespace busyhour {

/// Refuses what could not be written, or would be written over by another file
/// of the run: the report, the manifest, and the file that is the receiver.
/// Leaves no file that was not there.
void CheckOutputs(const LoadOptions& load, const Uri& target,
                  OptionReader& options);

/// Writes `text` to `path`; nothing where that is empty.
Status WriteReport(const std::string& path, const std::string& text);

}  // namespace busyhour
