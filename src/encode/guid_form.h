#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace busyhour::internal {

/// How columns store ids that are GUIDs.
enum class GuidForm : std::uint8_t {
  kUuid,  ///< 16 bytes; an empty id is null
  kText,  ///< as in the other frames; an empty id is an empty text
};

struct GuidFormInfo {
  GuidForm form;
  /// Its name in options.
  std::string_view name;
};

inline constexpr std::array<GuidFormInfo, 2> kGuidForms = {
    {{GuidForm::kUuid, "uuid"}, {GuidForm::kText, "text"}}};

inline constexpr const GuidFormInfo& Info(GuidForm form) {
  return kGuidForms[static_cast<std::size_t>(form)];
}

}  // namespace busyhour::internal
