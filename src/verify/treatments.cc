#include "verify/treatments.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>

namespace busyhour::internal {
namespace {

constexpr std::array<std::string_view, kTreatmentCount> kTreatmentNames = {
    "empty-as-missing", "null-as-zero", "boolean-as-number", "minutes",
    "trimmed"};

using enum Treatment;

constexpr Treatments SetOf(std::initializer_list<Treatment> treatments) {
  Treatments set;
  for (const Treatment each : treatments) set.Add(each);
  return set;
}

constexpr std::array<std::string_view, 6> kToolNames = {
    "adx", "clickhouse", "duckdb", "elastic", "excel", "splunk"};
constexpr std::array<Treatments, kToolNames.size()> kTools = {
    SetOf({kEmptyAsMissing, kBooleanAsNumber}),
    SetOf({kEmptyAsMissing, kNullAsZero, kBooleanAsNumber}),
    SetOf({kEmptyAsMissing}),
    SetOf({kEmptyAsMissing}),
    SetOf({kEmptyAsMissing, kMinutes}),
    SetOf({kEmptyAsMissing, kBooleanAsNumber, kTrimmed}),
};

// The place of `name` in `names`; their number if it is not there.
std::size_t PlaceOf(std::string_view name,
                    std::span<const std::string_view> names) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                  names.begin());
}

}  // namespace

std::vector<std::string_view> TreatmentNames() {
  return {kTreatmentNames.begin(), kTreatmentNames.end()};
}

std::optional<Treatment> TreatmentNamed(std::string_view name) {
  const std::size_t place = PlaceOf(name, kTreatmentNames);
  if (place == kTreatmentNames.size()) return std::nullopt;
  return static_cast<Treatment>(place);
}

std::vector<std::string_view> ToolNames() {
  return {kToolNames.begin(), kToolNames.end()};
}

std::optional<Treatments> TreatmentsOf(std::string_view tool) {
  const std::size_t place = PlaceOf(tool, kToolNames);
  if (place == kToolNames.size()) return std::nullopt;
  return kTools[place];
}

}  // namespace busyhour::internal
