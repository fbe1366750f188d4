#pragma once

#include <cstddef>
#include <vector>

#include "dataset/json_members.h"
#include "dataset/manifest.h"

// The progress of a run in its manifest.

namespace busyhour::internal {

/// Reads the stream points of an interrupted run into `manifest.streams`: one
/// for each log, or one for all; in a layout with blobs, one for each log and
/// each of the `resources`, at most; none if the run had just started.
/// `manifest` has its job and files.
void ReadPoints(const JsonMembers& all, const AddProblem& add,
                std::size_t resources, Manifest& manifest);

/// Reads `Manifest::deliveries` from the member with this name in `all`.
std::vector<Deliveries> ReadDeliveries(const JsonMembers& all, const Job& job,
                                       const AddProblem& add);

}  // namespace busyhour::internal
