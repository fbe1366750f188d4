#pragma once

#include <vector>

#include "read/input_files.h"
#include "verify/verifier.h"

namespace busyhour::internal {

/// Reads all inputs. Those that cannot be read are noted.
void ReadAll(const std::vector<FoundInput>& inputs, Verifier& verifier);

}  // namespace busyhour::internal
