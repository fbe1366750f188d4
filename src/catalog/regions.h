#pragma once

#include <span>
#include <string_view>

namespace busyhour {

/// An Azure region that a communication resource can be in. See regions.cc for
/// the sources.
struct RegionInfo {
  std::string_view name;  ///< as Azure writes it: `eastus2`
  /// Its letters in the conversation hosts of a `ServerCallId`:
  /// `conv-usea2-01.conv.skype.com`.
  std::string_view conversation_code;
};

std::span<const RegionInfo> Regions();
/// Null when there is no such region.
const RegionInfo* FindRegion(std::string_view name);

}  // namespace busyhour
