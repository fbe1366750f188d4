#include "cli/command.h"

#include <cstdio>

#include "base/printable.h"
#include "busyhour/version.h"

namespace busyhour::internal {

int EndWithFailure(std::string_view message) {
  std::fprintf(stderr, "busyhour: %s\n", ForPerson(message).c_str());
  return kJobFailed;
}

void PrintVersion() {
  std::printf("busyhour %.*s\n", static_cast<int>(kVersion.size()),
              kVersion.data());
}

}  // namespace busyhour::internal
