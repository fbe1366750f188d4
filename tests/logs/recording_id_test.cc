#include "logs/recording_id.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/guid.h"
#include "base/stream.h"
#include "text/base64.h"

namespace busyhour::internal {
namespace {

// For all GUIDs, the id is the Base64 of the JSON, and is read again.
TEST(RecordingIdTest, IsTheBase64OfJson) {
  for (std::uint64_t i = 0; i < 500; ++i) {
    const Guid endpoint{FoldedMultiply(4 * i + 1, kMix1),
                        FoldedMultiply(4 * i + 2, kMix1)};
    const Guid resource{FoldedMultiply(4 * i + 3, kMix1),
                        FoldedMultiply(4 * i + 4, kMix1)};
    const std::string json =
        R"({"PlatformEndpointId":")" + FormatGuid(endpoint) +
        R"(","ResourceSpecificId":")" + FormatGuid(resource) + R"("})";
    std::string expected(2 * json.size(), '\0');
    expected.resize(static_cast<std::size_t>(
        PutBase64(reinterpret_cast<const unsigned char*>(json.data()),
                  json.size(), kBase64Digits, expected.data()) -
        expected.data()));
    const std::string id = RecordingIdText(endpoint, resource);
    ASSERT_EQ(id, expected);
    ASSERT_EQ(RecordingIn(id), resource);
  }
}

TEST(RecordingIdTest, WritesOnlyItsOwnBytes) {
  std::string text(kRecordingIdBytes + 2, '#');
  const char* const end = PutRecordingId({1, 2}, {3, 4}, text.data() + 1);
  EXPECT_EQ(end, text.data() + 1 + kRecordingIdBytes);
  EXPECT_EQ(text.front(), '#');
  EXPECT_EQ(text.back(), '#');
}

}  // namespace
}  // namespace busyhour::internal
