#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_zone.h"

namespace busyhour::internal {

/// The content of a TZif file, for tests of any zone on any machine.
struct Tzif {
  std::int32_t first_offset_s = 0;
  std::vector<TimeZone::Change> changes = {};
  std::string_view footer = {};
  char version = '2';
  std::uint32_t leap_seconds = 0;

  std::string Text() const {
    // The first block has one type and no changes.
    std::string text = Header(0, 1) + Number(0, 4) + std::string(2, '\0');
    text += Header(static_cast<std::uint32_t>(changes.size()),
                   static_cast<std::uint32_t>(changes.size() + 1));
    for (const TimeZone::Change& change : changes) {
      text += Number(static_cast<std::uint64_t>(change.at_s), 8);
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
      text += static_cast<char>(i + 1);
    }
    text += Type(first_offset_s);
    for (const TimeZone::Change& change : changes) {
      text += Type(change.offset_s);
    }
    text += std::string(leap_seconds * 12, '\0');
    return text + '\n' + std::string(footer) + '\n';
  }

 private:
  static std::string Number(std::uint64_t value, int bytes) {
    std::string text;
    while (bytes-- > 0) text += static_cast<char>(value >> (8 * bytes));
    return text;
  }
  static std::string Type(std::int32_t offset_s) {
    return Number(static_cast<std::uint32_t>(offset_s), 4) +
           std::string(2, '\0');
  }
  std::string Header(std::uint32_t change_count,
                     std::uint32_t type_count) const {
    return "TZif" + std::string(1, version) + std::string(15, '\0') +
           Number(0, 8) + Number(change_count > 0 ? leap_seconds : 0, 4) +
           Number(change_count, 4) + Number(type_count, 4) + Number(0, 4);
  }
};

/// The zone of a POSIX rule.
inline TimeZone ZoneOf(std::string_view rule) {
  std::string trouble;
  TimeZone zone =
      ParseTimeZone(Tzif{.footer = rule}.Text(), trouble).value_or(TimeZone{});
  zone.name = trouble.empty() ? "Test/Zone" : trouble;
  return zone;
}

inline constexpr std::string_view kOslo = "CET-1CEST,M3.5.0,M10.5.0/3";
inline constexpr std::string_view kNewYork = "EST5EDT,M3.2.0,M11.1.0";
inline constexpr std::string_view kLordHowe =
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";

}  // namespace busyhour::internal
