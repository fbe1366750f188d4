#include "cli/verify_options.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/time_zone.h"
#include "read/json_pointer.h"
#include "read/name_map.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kLeastRecord = 4096;
constexpr std::uint64_t kMostRecord = 1 << 30;
constexpr std::uint64_t kMostInflated = ~std::uint64_t{0} >> 1;
constexpr std::uint64_t kMostExamples = 100'000;

std::vector<std::string> ReadPointerOption(OptionReader& options,
                                           const char* name,
                                           const char* such_as) {
  if (!options.Has(name)) return {};
  return options
      .Value(name, ReadPointer,
             std::string("a JSON Pointer to a member, such as ") + such_as)
      .value_or(std::vector<std::string>());
}

// A zone of the time zone database, or a constant offset.
std::optional<TimeZone> ReadZone(const std::string& text,
                                 std::string& trouble) {
  if (text == "UTC" || text == "Z") return TimeZone{};
  if (!text.starts_with('+') && !text.starts_with('-')) {
    return FindTimeZone(text, trouble);
  }
  const std::string noon = "2000-01-01T12:00:00";
  const auto local = ParseTime(noon + text);
  if (!local) {
    trouble = "is not an offset such as +02:00";
    return std::nullopt;
  }
  TimeZone zone;
  zone.first_offset_s = static_cast<std::int32_t>(
      (ParseTime(noon)->ms - local->ms) / kMsPerSecond);
  return zone;
}

// What counts as equal: --as, --treat, --zone and --date-order.
EqualityOptions ReadEquality(OptionReader& options) {
  EqualityOptions read;
  if (options.Has("as")) {
    const std::string tool = options.Text("as");
    const auto treatments = TreatmentsOf(tool);
    if (!treatments) options.Refuse("as", NotAmong(tool, ToolNames()));
    read.treatments = treatments.value_or(Treatments());
  }
  if (options.Has("treat")) {
    for (const std::string& name : SplitAtCommas(options.Text("treat"))) {
      const auto treatment = TreatmentNamed(name);
      if (treatment) {
        read.treatments.Add(*treatment);
      } else {
        options.Refuse("treat", NotAmong(name, TreatmentNames()));
      }
    }
  }
  if (options.Has("zone")) {
    std::string trouble;
    const std::string text = options.Text("zone");
    const auto zone = ReadZone(text, trouble);
    if (!zone) options.Refuse("zone", '"' + text + "\" " + trouble);
    read.zone = zone.value_or(TimeZone());
  }
  if (options.Has("date-order")) {
    const std::string order = options.Text("date-order");
    if (order == "day-first") {
      read.date_order = DateOrder::kDayFirst;
    } else if (order == "month-first") {
      read.date_order = DateOrder::kMonthFirst;
    } else {
      options.Refuse("date-order",
                     NotAmong(order, {"month-first", "day-first"}));
    }
  }
  return read;
}

}  // namespace

VerifyOptions ReadVerifyOptions(OptionReader& options) {
  VerifyOptions read;
  read.equality = ReadEquality(options);
  read.reading.times = {
      read.equality.date_order.value_or(DateOrder::kMonthFirst),
      read.equality.zone};
  read.strict = options.Has("strict");
  if (read.strict && !read.equality.treatments.empty()) {
    options.Refuse("strict", "cannot be combined with --as or --treat");
  }
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
  if (options.Has("fields")) {
    read.fields = ReadFields(options.Text("fields"), [&](std::string why) {
      options.Refuse("fields", std::move(why));
    });
  }
  // Without a manifest, the job has only these logs.
  if (options.Has("manifest") && options.Has("logs")) {
    read.judged = options.ReadJobSpec().logs.value_or(LogSet::All());
  }
  if (options.Has("map")) {
    read.reading.names = ReadNameMap(options.Text("map"), options.problems());
  }
  read.reading.at = ReadPointerOption(options, "at", "/event or /data/record");
  read.reading.arrival =
      ReadPointerOption(options, "arrival", "/@timestamp or /meta/received");
  return read;
}

}  // namespace busyhour::internal
