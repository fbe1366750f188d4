#pragma once

#include <cstddef>
#include <string>

#include "cli/load_options.h"
#include "deliver/uri.h"

namespace busyhour {

/// Refuses outputs that cannot be written, or that are the same file: the
/// report, the manifest, and the receiver. Leaves no new file.
void CheckOutputs(const LoadOptions& load, const Uri& target,
                  OptionReader& options);

/// The manifest of a trial of `--find-max`, counted from 1: `sent-3.json` for
/// `sent.json`.
std::string ManifestOfTrial(const std::string& path, std::size_t number);

}  // namespace busyhour
