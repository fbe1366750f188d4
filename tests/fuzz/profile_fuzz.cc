// Loads any text as a profile: either it loads, or there are problems.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "busyhour/error.h"
#include "profile/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    busyhour::internal::ParseProfile(text, "input", "fuzz");
  } catch (const busyhour::InputError& error) {
    if (error.problems().empty()) std::abort();
  }
  return 0;
}
