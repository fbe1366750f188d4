#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/guid.h"

// The id of a recording: unpadded Base64 of
//
//   {"PlatformEndpointId":"GUID","ResourceSpecificId":"GUID"}
//
// Source: the ids in the samples of Azure's page on recording logs.

namespace busyhour::internal {

inline constexpr std::size_t kRecordingIdBytes = 162;

/// Writes the id at `p` and returns its end.
char* PutRecordingId(const Guid& endpoint, const Guid& resource,
                     char* p) noexcept;
std::string RecordingIdText(const Guid& endpoint, const Guid& resource);

/// The second GUID of a recording id; nothing if `id` is none.
std::optional<Guid> RecordingIn(std::string_view id);

}  // namespace busyhour::internal
