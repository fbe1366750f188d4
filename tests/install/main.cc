#include <busyhour/generator.h>

#include <cstdio>
#include <string_view>

int main() {
  busyhour::GeneratorOptions options;
  options.calls = 100;
  const auto made = busyhour::Generate(options, [](std::string_view piece) {
    return std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size();
  });
  std::fprintf(stderr, "%ju\n", static_cast<std::uintmax_t>(made.records));
}
