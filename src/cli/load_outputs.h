#pragma once

#include <cstddef>
#include <string>

#include "base/status.h"
#include "cli/load_options.h"
#include "deliver/uri.h"
#include "load/account.h"

namespace busyhour::internal {

/// Refuses outputs that cannot be written, or that are the same file: the
/// report, the manifest, and the receiver. Leaves no new file.
void CheckOutputs(const LoadOptions& load, const Uri& target,
                  OptionReader& options);

/// The manifest of a trial of `--find-max`, counted from 1: `sent-3.json` for
/// `sent.json`.
std::string ManifestOfTrial(const std::string& path, std::size_t number);

/// Writes the distributions of a run's times to the files of `--hgrm`, unless
/// `beginning` is empty.
Status WriteHgrm(const std::string& beginning, const Account& account);

}  // namespace busyhour::internal
