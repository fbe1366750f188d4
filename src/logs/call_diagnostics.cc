// The call diagnostics log: a record for each end of each media stream of each
// connected participant, written with the call summaries. A participant has two
// streams, to the server and from it. Sources of each field: docs/logs.md.

#include "logs/call_diagnostics.h"

#include <algorithm>
#include <string_view>

#include "catalog/packet_loss.h"
#include "logs/call_log_fields.h"
#include "logs/call_versions.h"
#include "logs/cast.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kViewCount = 256;
constexpr std::size_t kByteCount = 256;
// An audio stream has a packet every 20 ms.
constexpr std::uint32_t kMsPerPacket = 20;
constexpr std::uint32_t kMostRoundTripMs = 0xffff;
constexpr std::uint32_t kMostJitterMs = 0xff;

ParticipantKind KindOf(std::size_t view) {
  return static_cast<ParticipantKind>(view & 3);
}
bool IsServer(std::size_t view) { return (view & 4) != 0; }
bool IsTcp(std::size_t view) { return (view & 16) != 0; }

// The quality of a stream.
CallDiagnosticsPayload Measure(const CallRecords& records,
                               std::uint16_t participant, const Leg& leg,
                               bool from_server, bool* is_tcp) noexcept {
  const CallLogsPlan& plan = records.plan().call_logs;
  std::uint64_t number = 0;
  const auto draw = [&] {
    return Draw(records.key(), Purpose::kStreamQuality,
                std::uint64_t{participant} << 16 |
                    (from_server ? 1u << 8 : 0u) | number++);
  };
  CallDiagnosticsPayload made;
  made.participant = ParticipantCode(records.call(), participant).bits();
  made.stream = static_cast<std::uint8_t>(participant << 1 | from_server);
  const auto round_trip =
      static_cast<std::uint32_t>((*plan.round_trip)(draw()));
  const auto jitter = static_cast<std::uint32_t>((*plan.jitter)(draw()));
  const std::uint64_t spread = draw();
  made.round_trip_ms =
      static_cast<std::uint16_t>(std::min(round_trip, kMostRoundTripMs));
  made.most_round_trip_ms = static_cast<std::uint16_t>(std::min<std::uint64_t>(
      round_trip + PickBelow(spread, round_trip / 2 + 4), kMostRoundTripMs));
  made.jitter_ms = static_cast<std::uint8_t>(std::min(jitter, kMostJitterMs));
  made.most_jitter_ms = static_cast<std::uint8_t>(std::min<std::uint64_t>(
      jitter + PickBelow(spread << 32, 2 * jitter + 2), kMostJitterMs));
  const std::uint64_t chance = draw();
  if (Happens(chance, plan.lossy_share)) {
    constexpr std::uint64_t kSteps = 48;  // up to about seven times the mean
    const std::uint64_t loss = 1 + PickBelow(chance << 32, plan.loss_rates);
    made.loss = static_cast<std::uint8_t>(loss);
    made.most_loss = static_cast<std::uint8_t>(std::min<std::uint64_t>(
        loss + PickBelow(draw(), kSteps), kLossRates.size() - 1));
  }
  const std::uint64_t rare = draw();
  *is_tcp = Happens(rare, plan.tcp_share);
  if (!Happens(rare << 32, plan.silent_share)) {
    made.packets = std::max((leg.left_ms - leg.joined_ms) / kMsPerPacket, 1u);
  }
  return made;
}

template <class TextOf>
Texts OfViews(TextOf text_of) {
  return TextsOfByte(
      kViewCount, [&](std::size_t view) { return std::string(text_of(view)); });
}

// Calls `text_of(kind)` with the kind of the endpoint in each view.
template <class TextOf>
Texts OfEndpoints(TextOf text_of) {
  return OfViews([&](std::size_t view) {
    return text_of(IsServer(view) ? kServerKind
                                  : static_cast<std::size_t>(KindOf(view)));
  });
}

// As .NET writes a float: below 0.0001 with an exponent.
std::string RatioText(std::uint32_t rate) {
  std::string digits = std::to_string(rate);
  std::size_t exponent = kLossRateDecimals - digits.size() + 1;
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  if (rate == 0) return "0";
  if (exponent <= 4) {
    return "0." + std::string(exponent - 1, '0') + digits;
  }
  std::string text = digits.substr(0, 1);
  if (digits.size() > 1) text += '.' + digits.substr(1);
  return text + "E-0" + std::to_string(exponent);
}

void AddRecords(CallRecords& records) noexcept {
  if (records.call().legs.empty()) return;
  const std::uint32_t time_ms = SummaryTimeMs(records);
  EachSummarized(records, [&](std::uint16_t participant, const Leg& leg) {
    call_diagnostics::AddStreams(records, LogType::kCallDiagnostics,
                                 participant, leg, time_ms, 0);
  });
}

std::uint32_t MaxLagMs(const Plan& plan) {
  return static_cast<std::uint32_t>(plan.call_logs.summary_lag->max());
}

}  // namespace

namespace call_diagnostics {

void AddStreams(CallRecords& records, LogType log, std::uint16_t participant,
                const Leg& leg, std::uint32_t time_ms,
                std::uint8_t version) noexcept {
  const bool has_receivers =
      records.plan().profile().call_diagnostics.receivers;
  for (const bool from_server : {false, true}) {
    bool is_tcp = false;
    CallDiagnosticsPayload payload =
        Measure(records, participant, leg, from_server, &is_tcp);
    for (const bool is_inbound : {false, true}) {
      if (is_inbound && !has_receivers) continue;
      Record* const record =
          records.Add(log, true, time_ms, leg.correlation_epoch);
      if (record == nullptr) continue;
      payload.view = ViewByte(leg.kind, from_server != is_inbound, is_inbound,
                              is_tcp, version);
      record->Set(payload);
    }
  }
}

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept {
  const auto payload = record.As<CallDiagnosticsPayload>();
  ids = {};
  const ParticipantCode participant(payload.participant);
  ids.id = cast.IdOf(IdKind::kParticipant, record.call(), participant.index());
  if (IsServer(payload.view)) return;
  ids.other = cast.IdOf(IdKind::kEndpoint, record.call(), participant.index());
  const ParticipantKind kind = KindOf(payload.view);
  if (kind == ParticipantKind::kPstn) return;
  cast.SetUser(record.call(), participant, kind, ids);
}

std::string Summary(const Record& record, const Vocabulary& words) {
  const auto payload = record.As<CallDiagnosticsPayload>();
  return EndpointTexts(words, record.log())[payload.view] + ' ' +
         (IsInboundView(payload.view) ? "received" : "sent") + ", jitter " +
         std::to_string(payload.jitter_ms) + " ms, loss " +
         RatioText(kLossRates[payload.loss]);
}

Texts IdentifierTexts(const Vocabulary& words, LogType) {
  return OfEndpoints(
      [&](std::size_t kind) { return IdentifierText(words, kind); });
}
Texts EndpointIdTexts(const Vocabulary&, LogType) {
  return OfEndpoints(EndpointIdText);
}
Texts EndpointTexts(const Vocabulary& words, LogType) {
  return OfEndpoints(
      [&](std::size_t kind) { return EndpointTypeText(words, kind); });
}
Texts AudioText(const Vocabulary&, LogType) { return {"Audio"}; }
Texts StreamTexts(const Vocabulary&, LogType) {
  return TextsOfByte(kByteCount, [](std::size_t stream) {
    return std::to_string(1000 + stream * 139);
  });
}
Texts TransportTexts(const Vocabulary&, LogType) {
  return OfViews([](std::size_t view) { return IsTcp(view) ? "TCP" : "UDP"; });
}
Texts TransportWords(LogType) { return {"TCP", "UDP"}; }
Texts DirectionTexts(const Vocabulary&, LogType) {
  return OfViews([](std::size_t view) {
    return IsInboundView(view) ? "Inbound" : "Outbound";
  });
}
Texts DirectionWords(LogType) { return {"Inbound", "Outbound"}; }
Texts CodecTexts(const Vocabulary& words, LogType) {
  const CallDiagnostics& diagnostics = words.profile->call_diagnostics;
  return OfViews([&](std::size_t view) -> std::string_view {
    switch (KindOf(view)) {
      case ParticipantKind::kPstn:
        return diagnostics.codec_pstn;
      case ParticipantKind::kTeams:
        return diagnostics.codec_teams;
      case ParticipantKind::kApp:
      case ParticipantKind::kAcs:
        break;
    }
    return diagnostics.codec_acs;
  });
}
// A buffer holds about two packets, and more with more jitter (our assumption).
Texts BufferTexts(const Vocabulary&, LogType) {
  return TextsOfByte(kByteCount, [](std::size_t jitter_ms) {
    return std::to_string(2 * kMsPerPacket + 3 * jitter_ms);
  });
}
Texts LossTexts(const Vocabulary&, LogType) {
  return TextsOfByte(
      kByteCount, [](std::size_t loss) { return RatioText(kLossRates[loss]); });
}
// Half of what is lost is reconstructed (our assumption).
Texts HealedTexts(const Vocabulary&, LogType) {
  return TextsOfByte(kByteCount, [](std::size_t loss) {
    return RatioText(kLossRates[loss] / 2);
  });
}
Texts VersionTexts(const Vocabulary&, LogType) {
  return OfViews([](std::size_t view) { return std::to_string(view >> 5); });
}

}  // namespace call_diagnostics

constinit const Log kCallDiagnosticsLog{
    .add = AddRecords,
    .set_ids = call_diagnostics::SetIds,
    .own_kind = IdKind::kParticipant,
    .subject_at = InPayload(offsetof(CallDiagnosticsPayload, participant)),
    .subject_is_participant = true,
    .summary = call_diagnostics::Summary,
    .max_lag_ms = MaxLagMs,
    .resource_log = call_diagnostics::kResourceLog,
    .table = call_diagnostics::kTable,
    .documented = call_diagnostics::kDocumented,
};

}  // namespace busyhour::internal
