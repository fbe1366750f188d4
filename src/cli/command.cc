#include "cli/command.h"

#include <cstdio>

#include "base/printable.h"

namespace busyhour {

int EndWithFailure(std::string_view message) {
  std::fprintf(stderr, "busyhour: %s\n", ForPerson(message).c_str());
  return kJobFailed;
}

}  // namespace busyhour
