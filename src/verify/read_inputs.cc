#include "verify/read_inputs.h"

#include <string>

namespace busyhour::internal {

void ReadAll(const std::vector<FoundInput>& inputs, Verifier& verifier) {
  for (const FoundInput& input : inputs) {
    std::string trouble = input.trouble;
    InputBytes::Source source;
    if (trouble.empty()) source = OpenSource(input.path, trouble);
    const std::string name = input.path == "-" ? "standard input" : input.path;
    if (source) {
      verifier.Read(source, name);
    } else {
      verifier.NoteUnreadable(name, trouble);
    }
  }
}

}  // namespace busyhour::internal
