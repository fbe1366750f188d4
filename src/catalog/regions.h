#pragma once

#include <span>
#include <string_view>

namespace busyhour::internal {

/// An Azure region for communication resources. See regions.cc for the sources.
struct RegionInfo {
  std::string_view name;  ///< Azure's name: `eastus2`
  /// Its code in the conversation hosts of a `ServerCallId`:
  /// `conv-usea2-01.conv.skype.com`.
  std::string_view conversation_code;
};

std::span<const RegionInfo> Regions();
/// Null if there is no such region.
const RegionInfo* FindRegion(std::string_view name);

}  // namespace busyhour::internal
