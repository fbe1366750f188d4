#include "deliver/storage_path.h"

#include <cstddef>

#include "base/ascii.h"
#include "base/time.h"

namespace busyhour::internal {
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

std::string ExportContainerOf(std::string_view table) {
  return "am-" + InLowerCase(table);
}

std::string StorageTimePath(SimTime time) {
  const auto date = DateOf(time);
  const std::int64_t ms = time.ms % kMsPerDay;
  return "/y=" + Padded(static_cast<int>(date.year()), 4) +
         "/m=" + Padded(static_cast<unsigned>(date.month()), 2) +
         "/d=" + Padded(static_cast<unsigned>(date.day()), 2) +
         "/h=" + Padded(ms / kMsPerHour, 2) +
         "/m=" + Padded(ms % kMsPerHour / kMsPerMinute, 2) + '/';
}

std::string ExportBlobName(std::uint64_t part) {
  std::string name(kExportBlobStem);
  if (part > 0) name += '_' + std::to_string(part);
  return name + ".json";
}

}  // namespace busyhour::internal
