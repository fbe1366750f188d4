// The call summary log: one record for each connected participant of a call,
// written some time after the call, with the correlation id of the request that
// added it. Sources of each field: docs/logs.md.

#include "logs/call_summary.h"

#include <algorithm>
#include <string_view>

#include "logs/call_log_fields.h"
#include "logs/call_versions.h"
#include "logs/cast.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {
namespace {

// The flaws of a record; each has its own draws.
enum class Flaw : std::uint8_t { kId, kStart, kDuration, kRepeat, kServer };

std::uint64_t DrawOf(const CallRecords& records, Flaw flaw,
                     std::uint16_t participant) noexcept {
  return Draw(
      records.key(), Purpose::kSummaryFlaw,
      std::uint64_t{participant} << 8 | static_cast<std::uint8_t>(flaw));
}

IdForm FormOf(const CallRecords& records, std::uint16_t participant) noexcept {
  const CallLogsPlan& plan = records.plan().call_logs;
  const std::uint64_t draw = DrawOf(records, Flaw::kId, participant) >> 32;
  if (draw < plan.redacted_id_share) return IdForm::kRedacted;
  if (draw < plan.redacted_id_share + plan.missing_id_share) {
    return IdForm::kMissing;
  }
  return IdForm::kOwn;
}

std::uint8_t EndOf(const CallRecords& records,
                   std::uint16_t participant) noexcept {
  const std::uint64_t draw =
      Draw(records.key(), Purpose::kParticipantEnd, participant) >> 32;
  for (const auto& [end, until] : records.plan().call_logs.ends) {
    if (draw < until) return end;
  }
  return 0;
}

std::uint32_t CallSeconds(const Call& call) noexcept {
  return (LastLeftMs(call) - call.attempted_ms) / 1000;
}

// Calls `text_of(kind)` with the kind in each byte at `kWhoseAt`.
template <class TextOf>
Texts OfKinds(TextOf text_of) {
  return TextsOfByte(kWhoseCount, [&](std::size_t whose) {
    return std::string(text_of(std::min<std::size_t>(whose & 7, kServerKind)));
  });
}

template <class TextOf>
Texts OfEnds(TextOf text_of) {
  return TextsOfByte(kWhoseCount, [&](std::size_t whose) {
    return text_of(kParticipantEnds[whose >> 3]);
  });
}

constexpr std::size_t IndexOf(ParticipantKind kind) {
  return static_cast<std::size_t>(kind);
}
constexpr std::size_t kApp = IndexOf(ParticipantKind::kApp);
constexpr std::size_t kPstn = IndexOf(ParticipantKind::kPstn);
constexpr std::size_t kAcs = IndexOf(ParticipantKind::kAcs);
constexpr std::size_t kTeams = IndexOf(ParticipantKind::kTeams);

// The version of a participant's software: that of an ACS user is known.
std::string_view SoftwareOf(std::size_t kind, std::string_view of_acs) {
  if (kind == kAcs) return of_acs;
  return kind == kApp || kind == kServerKind ? kMissingText : "Redacted";
}

// A record of the service, or a participant's record with its flaws.
void Add(CallRecords& records, std::uint8_t epoch, std::uint32_t time_ms,
         const CallSummaryPayload& payload) noexcept {
  Record* const record =
      records.Add(LogType::kCallSummary, true, time_ms, epoch);
  if (record != nullptr) record->Set(payload);
}

void AddRecords(CallRecords& records) noexcept {
  const Call& call = records.call();
  if (call.legs.empty()) return;
  const CallLogsPlan& plan = records.plan().call_logs;
  const std::uint32_t time_ms = SummaryTimeMs(records);
  EachSummarized(records, [&](std::uint16_t participant, const Leg& leg) {
    CallSummaryPayload payload =
        call_summary::PayloadOf(records, participant, leg, 0);
    if (Happens(DrawOf(records, Flaw::kStart, participant),
                plan.missing_start_share)) {
      payload.began_ms = kNoValue;
    }
    if (Happens(DrawOf(records, Flaw::kDuration, participant),
                plan.missing_duration_share)) {
      payload.participant_time =
          PackSeconds(kNoSeconds, payload.participant_time.byte);
    }
    Add(records, leg.correlation_epoch, time_ms, payload);
    const std::uint64_t again = DrawOf(records, Flaw::kRepeat, participant);
    if (!Happens(again, plan.repeat_share)) return;
    Add(records, leg.correlation_epoch,
        time_ms + static_cast<std::uint32_t>((*plan.summary_lag)(
                      Draw(records.key(), Purpose::kSummaryLag,
                           std::uint64_t{participant} + 1))),
        payload);
  });
  if (call_summary::HasServer(records)) {
    Add(records, call.legs[0].correlation_epoch, time_ms,
        call_summary::ServerPayload(records, 0));
  }
}

std::uint32_t MaxLagMs(const Plan& plan) {
  return 2 * static_cast<std::uint32_t>(plan.call_logs.summary_lag->max());
}

}  // namespace

namespace call_summary {

CallSummaryPayload PayloadOf(const CallRecords& records,
                             std::uint16_t participant, const Leg& leg,
                             std::uint8_t version) noexcept {
  const Call& call = records.call();
  // The caller of an inbound call begins it; its connection attempt is the
  // call's.
  const bool is_caller = participant == 1 && call.inbound;
  CallSummaryPayload payload;
  payload.began_ms = is_caller ? call.attempted_ms : leg.joined_ms;
  payload.call = PackSeconds(CallSeconds(call),
                             WhoseByte(static_cast<std::uint8_t>(leg.kind),
                                       EndOf(records, participant)));
  payload.participant_time =
      PackSeconds((leg.left_ms - payload.began_ms) / 1000,
                  FormByte(FormOf(records, participant), version));
  payload.participant = ParticipantCode(call, participant).bits();
  payload.call_began_ms = static_cast<std::uint16_t>(call.attempted_ms);
  return payload;
}

CallSummaryPayload ServerPayload(const CallRecords& records,
                                 std::uint8_t version) noexcept {
  const Call& call = records.call();
  const std::uint32_t seconds = CallSeconds(call);
  return {call.attempted_ms, PackSeconds(seconds, WhoseByte(kServerKind, 0)),
          PackSeconds(seconds, FormByte(IdForm::kCorrelation, version)), 0,
          static_cast<std::uint16_t>(call.attempted_ms)};
}

bool HasServer(const CallRecords& records) noexcept {
  return Happens(DrawOf(records, Flaw::kServer, 0),
                 records.plan().call_logs.server_share);
}

void SetIds(const Cast& cast, const Record& record, RecordIds& ids) noexcept {
  const auto payload = record.As<CallSummaryPayload>();
  const std::uint8_t kind = payload.call.byte & 7;
  ids = {};
  if (kind == kServerKind) {
    ids.other = cast.CorrelationOf(record.call(), record.correlation_epoch);
    return;
  }
  const ParticipantCode participant(payload.participant);
  ids.id = cast.IdOf(IdKind::kEndpoint, record.call(), participant.index());
  if (static_cast<IdForm>(payload.participant_time.byte & 3) == IdForm::kOwn) {
    ids.other =
        cast.IdOf(IdKind::kParticipant, record.call(), participant.index());
  }
  if (kind != kPstn) {
    cast.SetUser(record.call(), participant, static_cast<ParticipantKind>(kind),
                 ids);
  }
}

std::string Summary(const Record& record, const Vocabulary& words) {
  const auto payload = record.As<CallSummaryPayload>();
  std::string text = EndpointTexts(words, record.log())[payload.call.byte] +
                     ", ended with " +
                     std::string(kParticipantEnds[payload.call.byte >> 3].word);
  const int version = payload.participant_time.byte >> 2;
  if (version > 0) text += ", version " + std::to_string(version);
  return text;
}

Texts IdentifierTexts(const Vocabulary& words, LogType) {
  return OfKinds([&](std::size_t kind) { return IdentifierText(words, kind); });
}
Texts IdFormTexts(const Vocabulary&, LogType) {
  return TextsOfByte(kFormCount, [](std::size_t form) -> std::string_view {
    switch (static_cast<IdForm>(form & 3)) {
      case IdForm::kMissing:
        return kMissingText;
      case IdForm::kRedacted:
        return "Redacted";
      case IdForm::kOwn:
      case IdForm::kCorrelation:
        break;
    }
    return "";
  });
}
Texts TenantTexts(const Vocabulary& words, LogType) {
  return OfKinds([&](std::size_t kind) -> std::string_view {
    return kind == kPstn || kind == kServerKind ? kMissingText
                                                : words.tenant_id;
  });
}
Texts TypeTexts(const Vocabulary&, LogType) {
  return OfKinds([](std::size_t kind) -> std::string_view {
    return kind == kTeams                 ? "Teams"
           : kind == kAcs || kind == kApp ? "ACS"
                                          : kMissingText;
  });
}
Texts EndReasonTexts(const Vocabulary&, LogType) {
  return OfEnds([](const ParticipantEnd& end) { return end.word; });
}
Texts EndSubCodeTexts(const Vocabulary&, LogType) {
  return OfEnds([](const ParticipantEnd& end) { return end.subcode; });
}
Texts ResultTexts(const Vocabulary&, LogType) {
  return OfEnds([](const ParticipantEnd& end) { return end.category; });
}
Texts EndpointIdTexts(const Vocabulary&, LogType) {
  return OfKinds(EndpointIdText);
}
Texts EndpointTexts(const Vocabulary& words, LogType) {
  return OfKinds(
      [&](std::size_t kind) { return EndpointTypeText(words, kind); });
}
Texts SdkTexts(const Vocabulary& words, LogType) {
  return OfKinds([&](std::size_t kind) {
    return SoftwareOf(kind, words.profile->call_summary.sdk_version);
  });
}
Texts OsTexts(const Vocabulary& words, LogType) {
  return OfKinds([&](std::size_t kind) {
    return SoftwareOf(kind, words.profile->call_summary.os_version);
  });
}
Texts GroupText(const Vocabulary&, LogType) { return {"Group"}; }
Texts VersionTexts(const Vocabulary&, LogType) {
  return TextsOfByte(
      kFormCount, [](std::size_t form) { return std::to_string(form >> 2); });
}

}  // namespace call_summary

constinit const Log kCallSummaryLog{
    .add = AddRecords,
    .set_ids = call_summary::SetIds,
    .own_kind = IdKind::kEndpoint,
    .subject_at = InPayload(offsetof(CallSummaryPayload, participant)),
    .subject_is_participant = true,
    .summary = call_summary::Summary,
    .max_lag_ms = MaxLagMs,
    .resource_log = call_summary::kResourceLog,
    .table = call_summary::kTable,
    .documented = call_summary::kDocumented,
};

}  // namespace busyhour::internal
