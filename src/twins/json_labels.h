#pragma once

#include <memory>
#include <string>

#include "twins/label_file.h"
#include "twins/label_form.h"

namespace busyhour::internal {

/// Labels as JSON Lines: a line for each touched record, then one for each
/// occurrence of an incident. docs/labels.md describes them. `run` must outlive
/// the result.
std::unique_ptr<LabelForm> MakeJsonLabels(const LabelledRun& run,
                                          LabelFile& file);

}  // namespace busyhour::internal
