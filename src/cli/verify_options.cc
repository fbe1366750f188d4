#include "cli/verify_options.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "logs/log.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kLeastRecord = 4096;
constexpr std::uint64_t kMostRecord = 1 << 30;
constexpr std::uint64_t kMostInflated = ~std::uint64_t{0} >> 1;
constexpr std::uint64_t kMostExamples = 100'000;

// The text of an option; nothing if it is not given.
std::optional<std::string> WordOf(const OptionReader& options,
                                  const char* name) {
  if (!options.Has(name)) return std::nullopt;
  return options.Text(name);
}

}  // namespace

VerifyOptions ReadVerifyOptions(OptionReader& options) {
  VerifyOptions read =
      ReadVerifyWords({.as = WordOf(options, "as"),
                       .treat = WordOf(options, "treat"),
                       .zone = WordOf(options, "zone"),
                       .date_order = WordOf(options, "date-order"),
                       .fields = WordOf(options, "fields"),
                       .map = WordOf(options, "map"),
                       .at = WordOf(options, "at"),
                       .arrival = WordOf(options, "arrival"),
                       .strict = options.Has("strict")},
                      options.problems());
  read.reading.max_record = static_cast<std::size_t>(
      options
          .Size("max-record", kLeastRecord, kMostRecord,
                "a size from 4KiB to 1GiB, such as 1MiB")
          .value_or(kLeastRecord));
  read.reading.max_inflated = options
                                  .Size("max-inflated", 1, kMostInflated,
                                        "a size above 0, such as 1MiB")
                                  .value_or(1);
  read.examples = static_cast<std::size_t>(
      options.Count("examples", 0, kMostExamples).value_or(0));
  // Without a manifest, the job has only these logs.
  if (options.Has("manifest") && options.Has("logs")) {
    read.judged = options.ReadJobSpec().logs.value_or(LogSet::All());
  }
  return read;
}

}  // namespace busyhour::internal
