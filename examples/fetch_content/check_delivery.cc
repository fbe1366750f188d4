// Says whether files have all records of a data set:
//
//   check_delivery DATA_SET FILE ...

#include <busyhour/busyhour.h>

#include <iostream>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: check_delivery DATA_SET FILE ...\n";
    return 2;
  }
  try {
    busyhour::Verifier verifier(busyhour::Job::OfManifest(argv[1]));
    for (int i = 2; i < argc; ++i) verifier.ReadFile(argv[i]);
    const busyhour::Verdict verdict = verifier.Finish();
    std::cout << verdict.headline << '\n';
    for (const std::string& hint : verdict.hints) std::cout << hint << '\n';
    return verdict.passed ? 0 : 1;
  } catch (const busyhour::InputError& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
