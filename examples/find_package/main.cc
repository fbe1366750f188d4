// Writes the records of 100 calls to standard output, and their number to
// standard error.

#include <busyhour/busyhour.h>

#include <cstdio>
#include <iostream>
#include <string_view>

int main() {
  try {
    const busyhour::Job job({.calls = 100});
    const busyhour::Totals totals =
        busyhour::Write(job, [](std::string_view piece) {
          return std::fwrite(piece.data(), 1, piece.size(), stdout) ==
                 piece.size();
        });
    std::cerr << totals.records << '\n';
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
