#pragma once

#include <string>

#include "verify/verdict.h"

namespace busyhour::internal {

/// The verdict as JSON.
std::string VerdictJson(const Verdict& verdict, const Allowance& allowance);

}  // namespace busyhour::internal
