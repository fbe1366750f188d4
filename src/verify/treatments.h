#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// A change that tools make to values, and that is not an alteration if the
/// user says so.
enum class Treatment : std::uint8_t {
  kEmptyAsMissing,   ///< empty texts and missing values become each other
  kNullAsZero,       ///< a missing number or boolean becomes 0 or false
  kBooleanAsNumber,  ///< booleans become 1 and 0, yes and no, t and f
  kMinutes,          ///< times are cut to minutes
  kTrimmed,          ///< blanks at both ends of texts are removed
};
inline constexpr int kTreatmentCount = 5;

/// The treatments that count as equal.
class Treatments {
 public:
  constexpr bool Has(Treatment treatment) const noexcept {
    return (bits_ >> static_cast<int>(treatment) & 1U) != 0;
  }
  constexpr void Add(Treatment treatment) noexcept {
    bits_ |= 1U << static_cast<int>(treatment);
  }
  constexpr void AddAll(Treatments more) noexcept { bits_ |= more.bits_; }
  constexpr bool empty() const noexcept { return bits_ == 0; }

 private:
  unsigned bits_ = 0;
};

/// The names of the treatments, `empty-as-missing`, in the order of their
/// enumerators.
std::vector<std::string_view> TreatmentNames();
/// The treatment of that name; nothing if there is none.
std::optional<Treatment> TreatmentNamed(std::string_view name);

/// The names of the tools whose treatments are known, `excel`.
std::vector<std::string_view> ToolNames();
/// What the tool of that name does; nothing if it is not known.
std::optional<Treatments> TreatmentsOf(std::string_view tool);

}  // namespace busyhour::internal
