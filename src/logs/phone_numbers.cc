#include "logs/phone_numbers.h"

#include <array>
#include <cstddef>

namespace busyhour::internal {
namespace {

// Area codes are N [0-8] X, and not N11: 200 to 989.
constexpr std::size_t kUsAreaCount = 8 * (9 * 10 - 1);
constexpr std::array<std::uint16_t, kUsAreaCount> kUsAreas = [] {
  std::array<std::uint16_t, kUsAreaCount> areas{};
  std::size_t count = 0;
  for (std::uint16_t area = 200; area < 1000; ++area) {
    if (area / 10 % 10 != 9 && area % 100 != 11) areas.at(count++) = area;
  }
  return areas;
}();
constexpr std::uint32_t kUsPerArea = 100;

// Without the last three digits.
constexpr std::uint64_t kUkRanges[] = {
    441'134'960,  // Leeds
    441'144'960,  // Sheffield
    441'154'960,  // Nottingham
    441'164'960,  // Leicester
    441'174'960,  // Bristol
    441'184'960,  // Reading
    441'214'960,  // Birmingham
    441'314'960,  // Edinburgh
    441'414'960,  // Glasgow
    441'514'960,  // Liverpool
    441'614'960,  // Manchester
    441'632'960,  // no area
    441'914'980,  // Tyneside, Durham and Sunderland
    442'079'460,  // London
    442'920'180,  // Cardiff
    447'700'900,  // mobile telephones
};
constexpr std::uint32_t kUkPerRange = 1000;

}  // namespace

std::uint32_t PhoneNumberCount(Participants::Numbers country) noexcept {
  return country == Participants::Numbers::kUs
             ? static_cast<std::uint32_t>(kUsAreas.size()) * kUsPerArea
             : static_cast<std::uint32_t>(std::size(kUkRanges)) * kUkPerRange;
}

std::uint64_t PhoneNumber(Participants::Numbers country,
                          std::uint32_t index) noexcept {
  if (country == Participants::Numbers::kUs) {
    return 10'000'000'000 + kUsAreas[index / kUsPerArea] * 10'000'000ull +
           5'550'100 + index % kUsPerArea;
  }
  return kUkRanges[index / kUkPerRange] * kUkPerRange + index % kUkPerRange;
}

}  // namespace busyhour::internal
