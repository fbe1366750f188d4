#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace busyhour {

/// What to generate. Each member has the same form as the option of `busyhour
/// generate` with the same name.
struct GeneratorOptions {
  /// A shipped profile's name, or a file's path.
  std::string profile = "quickstart";
  std::uint64_t seed = 1;
  /// ISO 8601; empty for the profile's own.
  std::string start;
  /// Calls attempted within this time. Default: 10m.
  std::string duration = "10m";
  /// This many calls instead, and their redials, if above 0.
  std::uint64_t calls = 0;
  /// Comma-separated logs; empty for the profile's own.
  std::string logs;
  std::string shape = "resource-log";
  std::string frame = "jsonl";
  int threads = 1;
};

/// Totals of the generated data.
struct GeneratorSummary {
  std::uint64_t calls = 0;
  std::uint64_t records = 0;
  /// Size of the records with their line ends, without frames.
  std::uint64_t bytes = 0;
};

/// Generates a data set as one stream and passes it to `write` piece by piece,
/// in order. Returns at the end, or when `write` returns false.
///
///   busyhour::Generate({.calls = 100}, [](std::string_view piece) {
///     return std::fwrite(piece.data(), 1, piece.size(), stdout) > 0;
///   });
///
/// Throws `InputError` with all problems of `options`.
GeneratorSummary Generate(
    const GeneratorOptions& options,
    const std::function<bool(std::string_view piece)>& write);

}  // namespace busyhour
