#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/nearest.h"
#include "base/printable.h"
#include "base/time_zone.h"
#include "base/whole_file.h"

// The time zone database: a directory with a file for each zone.

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;

// The largest file of the database has 4 kB.
constexpr std::size_t kMaxZoneBytes = 256 << 10;
constexpr int kMaxDepth = 3;

std::string ZoneDirectory() {
  const char* set = std::getenv("TZDIR");
  return set != nullptr && *set != '\0' ? set : "/usr/share/zoneinfo";
}

// Whether the name has the form of a zone: it leads to no other directory.
bool IsZoneName(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  if (name.empty() || name.size() > kLongest) return false;
  if (name.front() == '/' || name.back() == '/') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return IsLetterOrDigit(c) || c == '/' || c == '_' || c == '-' || c == '+';
  });
}

// The names of all zones. They begin with a capital letter; other files of the
// database do not.
std::vector<std::string> ZoneNames(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator each(directory, error);
  for (const fs::recursive_directory_iterator end; !error && each != end;
       each.increment(error)) {
    const std::string file = each->path().filename();
    const bool is_zone = IsUpper(file.front()) && IsZoneName(file);
    std::error_code unreadable;
    if (each->is_directory(unreadable)) {
      if (!is_zone || each.depth() >= kMaxDepth) {
        each.disable_recursion_pending();
      }
    } else if (is_zone) {
      names.push_back(each->path().lexically_relative(directory));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string_view PlaceOf(std::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

// `; did you mean "Europe/Oslo"?`, for a name or only the name of the place.
std::string NearestZone(std::string_view name,
                        const std::vector<std::string>& names) {
  std::string place = InLowerCase(PlaceOf(name));
  std::replace(place.begin(), place.end(), ' ', '_');
  for (const std::string& each : names) {
    if (InLowerCase(PlaceOf(each)) == place) {
      return "; did you mean \"" + each + "\"?";
    }
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  return DidYouMean(name, views);
}

}  // namespace

std::optional<TimeZone> FindTimeZone(const std::string& name,
                                     std::string& trouble) {
  const std::string directory = ZoneDirectory();
  const std::string shown = Printable(directory, kMostPath);
  std::string why = "there is no such file";
  std::optional<std::string> content;
  if (IsZoneName(name)) {
    content = ReadWholeFile(directory + '/' + name, kMaxZoneBytes, why);
  }
  if (!content) {
    const std::vector<std::string> names = ZoneNames(directory);
    trouble = names.empty()
                  ? "cannot be found: there is no time zone database in " +
                        directory + "; install tzdata, or set TZDIR"
                  : "is not a time zone in " + shown + NearestZone(name, names);
    return std::nullopt;
  }
  std::optional<TimeZone> zone;
  if (content->size() > kMaxZoneBytes) {
    why = "is larger than 256 KiB";
  } else {
    zone = ParseTimeZone(*content, why);
  }
  if (zone) {
    zone->name = name;
  } else {
    trouble = "cannot be used: the file in " + shown + ' ' + why;
  }
  return zone;
}

}  // namespace busyhour::internal
