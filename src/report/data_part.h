#pragma once

#include "dataset/manifest_reader.h"
#include "report/page.h"

namespace busyhour::internal {

/// The part of a page that shows the data set, or the records of a load run,
/// that a manifest describes; with `old`, an earlier one beside it. Simulates
/// their calls, or a sample of them.
ReportPart PartOf(const SavedManifest& saved,
                  const SavedManifest* old = nullptr);

}  // namespace busyhour::internal
