// Which call an id belongs to.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/guid.h"
#include "logs/cast.h"
#include "logs/recording_id.h"
#include "text/base64.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kTokenBytes = 22;  // a GUID in unpadded base64url

Guid FromDotNetBytes(const std::string& bytes) noexcept {
  static constexpr int kOrder[] = {3, 2, 1, 0, 5, 4, 7, 6};
  Guid guid;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto byte = [&bytes](std::size_t at) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at]));
    };
    guid.high |= byte(i) << (56 - 8 * kOrder[i]);
    guid.low |= byte(i + 8) << (56 - 8 * i);
  }
  return guid;
}

}  // namespace

std::optional<Cast::Origin> Cast::OriginOfServerCall(
    std::string_view id) const {
  constexpr std::string_view kBeforeToken = "/conv/";
  constexpr std::size_t kShortest = 80;
  constexpr std::size_t kLongest = 1024;
  if (id.size() < kShortest || id.size() > kLongest) return std::nullopt;
  while (id.ends_with('=')) id.remove_suffix(1);
  const auto url = BytesOfBase64(id, kBase64Digits);
  if (!url) return std::nullopt;
  const std::size_t at = url->find(kBeforeToken);
  if (at == std::string::npos) return std::nullopt;
  const auto token = BytesOfBase64(
      std::string_view(*url).substr(at + kBeforeToken.size(), kTokenBytes),
      kBase64UrlDigits);
  if (!token || token->size() != 16) return std::nullopt;
  const auto identity = cipher_.Decrypt(FromDotNetBytes(*token));
  if (!identity || identity->kind != IdKind::kServerCall) return std::nullopt;
  return Origin{"ServerCallId", CallKey{identity->slot, identity->ordinal}};
}

std::optional<Cast::Origin> Cast::OriginOfRecording(std::string_view id) const {
  const std::optional<Guid> recording = RecordingIn(id);
  const auto identity = recording ? cipher_.Decrypt(*recording) : std::nullopt;
  if (!identity || identity->kind != IdKind::kRecording) return std::nullopt;
  return Origin{"RecordingId", CallKey{identity->slot, identity->ordinal}};
}

std::optional<Cast::Origin> Cast::OriginOf(std::string_view id) const {
  const auto guid = ParseGuid(id);
  if (!guid) {
    const auto recording = OriginOfRecording(id);
    return recording ? recording : OriginOfServerCall(id);
  }
  if (const auto identity = cipher_.Decrypt(*guid)) {
    const CallKey call{identity->slot, identity->ordinal};
    switch (identity->kind) {
      case IdKind::kOperation:
        return Origin{"OperationId", call};
      case IdKind::kCorrelation:
        return Origin{"CorrelationId", call};
      case IdKind::kServerCall:
        return Origin{"conversation of a ServerCallId", call};
      case IdKind::kUsageRecord:
        return Origin{"RecordId", call};
      case IdKind::kParticipant:
        return Origin{"ParticipantId", call};
      case IdKind::kStreamingSession:
        return Origin{"StreamingSessionId", call};
      case IdKind::kEndpoint:
        return Origin{"EndpointId", call};
      case IdKind::kRecording:
        return Origin{"recording of a RecordingId", call};
      case IdKind::kEvent:
        return Origin{"id of an event", call};
      case IdKind::kEventSubject:
        return Origin{"id of something in an event", call};
      case IdKind::kItem:
        return Origin{"_ItemId", call};
      case IdKind::kUser:
        return Origin{"user, who takes part in many calls", std::nullopt};
      case IdKind::kResource:
        return Origin{"communication resource", std::nullopt};
      case IdKind::kSubscription:
        return Origin{"subscription", std::nullopt};
      case IdKind::kWorkspace:
        return Origin{"Log Analytics workspace", std::nullopt};
      case IdKind::kTenant:
        return Origin{"tenant", std::nullopt};
    }
  }
  if (const auto connection = cipher_.DecryptConnection(*guid)) {
    const CallKey call{connection->slot, connection->ordinal};
    // A connection id has fewer check bits, so it is compared completely.
    if (FactsOf(call).connection == *guid) {
      return Origin{"CallConnectionId", call};
    }
    if (RecorderOf(call) == *guid) {
      return Origin{"endpoint of a RecordingId", call};
    }
  }
  return std::nullopt;
}

}  // namespace busyhour::internal
