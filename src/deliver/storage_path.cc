#include "deliver/storage_path.h"

#include <cstddef>

#include "base/ascii.h"
#include "base/time.h"

namespace busyhour {
namespace {

std::string Padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

}  // namespace

std::string StorageContainerOf(std::string_view category) {
  return "insights-logs-" + InLowerCase(category);
}

std::string StorageHourPath(std::int64_t hour) {
  constexpr std::int64_t kHoursADay = kMsPerDay / kMsPerHour;
  const auto date = DateOf({hour * kMsPerHour});
  return "/y=" + Padded(static_cast<int>(date.year()), 4) +
         "/m=" + Padded(static_cast<unsigned>(date.month()), 2) +
         "/d=" + Padded(static_cast<unsigned>(date.day()), 2) +
         "/h=" + Padded(hour % kHoursADay, 2) + "/m=00/";
}

}  // namespace busyhour
