#pragma once

#include <nlohmann/json_fwd.hpp>

#include "dataset/json_members.h"
#include "report/page.h"

namespace busyhour {

/// The part of a page that shows the result of `verify --json`. All problems
/// are added.
ReportPart PartOfVerification(const nlohmann::json& json,
                              const AddProblem& add);

}  // namespace busyhour
