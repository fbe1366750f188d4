#pragma once

#include <nlohmann/json.hpp>

#include "dataset/json_members.h"
#include "dataset/manifest.h"

// How far a run got, as its manifest notes it.

namespace busyhour {

/// Reads how far the streams of an interrupted run got into
/// `manifest.streams`: one point for each log, or one for all of them; none
/// when the run had hardly begun. `manifest` has its job and files.
void ReadPoints(const JsonMembers& all, const AddProblem& add,
                Manifest& manifest);

/// Reads what a receiver was sent, log by log.
Deliveries ReadDeliveries(const nlohmann::json& json, const Job& job,
                          const AddProblem& add);

}  // namespace busyhour
