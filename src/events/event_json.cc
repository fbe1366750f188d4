#include "events/event_json.h"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <variant>

#include "base/time.h"
#include "logs/recording_id.h"
#include "text/base64.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::ordered_json;

// Sequences of `IdKind::kEventSubject`: one of these plus the index of a
// request, which is below 4096.
constexpr std::uint16_t kInvitationIds = 0x1000;
constexpr std::uint16_t kOtherCallIds = 0x3000;
constexpr std::uint16_t kIncomingCallId = 0x4000;

// `2023-03-21T17:22:35.4300000`, without a zone.
std::string SevenDigits(SimTime time) {
  constexpr std::size_t kToSeconds = 19;
  std::string text = FormatTime(time).substr(0, kToSeconds);
  const std::string ms = std::to_string(1000 + time.ms % kMsPerSecond);
  return text.append(".").append(ms, 1).append("0000");
}

std::string WithoutPadding(std::string text) {
  while (text.ends_with('=')) text.pop_back();
  return text;
}

// Writes the parts of one call's events.
class PartWriter {
 public:
  PartWriter(const Cast& cast, CallKey call) : cast_(cast), call_(call) {}

  std::string Id(IdKind kind, std::uint16_t sequence) const {
    return FormatGuid(cast_.IdOf(kind, call_, sequence));
  }

  SimTime At(std::uint32_t ms) const {
    return {static_cast<std::int64_t>(call_.slot) * kMsPerSecond + ms};
  }

  std::string ConnectionId() const {
    return FormatGuid(cast_.FactsOf(call_).connection);
  }

  Json Identifier(EventParticipant who) const {
    RecordIds ids;
    cast_.SetUser(call_, who.code, who.kind, ids);
    const std::string prefix =
        cast_.vocabulary().user_prefixes[static_cast<std::size_t>(who.kind)];
    switch (who.kind) {
      case ParticipantKind::kPstn: {
        const std::string number = std::to_string(ids.phone_number);
        return {{"rawId", prefix + number},
                {"kind", "phoneNumber"},
                {"phoneNumber", {{"value", "+" + number}}}};
      }
      case ParticipantKind::kTeams: {
        const std::string user = FormatGuid(ids.user);
        return {
            {"rawId", prefix + user},
            {"kind", "microsoftTeamsUser"},
            {"microsoftTeamsUser",
             {{"userId", user}, {"isAnonymous", false}, {"cloud", "public"}}}};
      }
      case ParticipantKind::kApp:
      case ParticipantKind::kAcs:
        break;
    }
    const std::string raw = who.kind == ParticipantKind::kApp
                                ? prefix
                                : prefix + FormatGuid(ids.user);
    return {{"rawId", raw},
            {"kind", "communicationUser"},
            {"communicationUser", {{"id", raw}}}};
  }

  void Put(const IncomingData&, Json&) const {}

  // The members of `data` that only some types of events have.
  void Put(const std::monostate&, Json&) const {}
  void Put(const ParticipantData& data, Json& json) const {
    json["participant"] = Identifier(data.participant);
    if (data.from_call) {
      json["fromCall"] =
          Id(IdKind::kEventSubject,
             static_cast<std::uint16_t>(kOtherCallIds + *data.from_call));
    }
  }
  void Put(const TransferData& data, Json& json) const {
    json["transferTarget"] = Identifier(data.target);
    json["transferee"] = Identifier(data.transferee);
  }
  void Put(const InvitationData& data, Json& json) const {
    json["invitationId"] =
        Id(IdKind::kEventSubject,
           static_cast<std::uint16_t>(kInvitationIds + data.request));
  }
  void Put(const RosterData& data, Json& json) const {
    Json& participants = json["participants"] = Json::array();
    for (const RosterData::Entry& entry : data.participants) {
      participants.push_back({{"identifier", Identifier(entry.participant)},
                              {"isMuted", entry.is_muted},
                              {"isOnHold", entry.is_on_hold}});
    }
    json["sequenceNumber"] = data.sequence;
  }
  void Put(const PlayFailureData&, Json& json) const {
    json["failedPlaySourceIndex"] = 0;
  }
  void Put(const RecognizeData& data, Json& json) const {
    switch (data.kind) {
      case RecognizeData::Kind::kDtmf: {
        Json tones = Json::array();
        for (const Tone tone : data.tones) tones.push_back(ToneName(tone));
        json["recognitionType"] = "dtmf";
        json["dtmfResult"] = {{"tones", std::move(tones)}};
        return;
      }
      case RecognizeData::Kind::kChoices:
        json["recognitionType"] = "choices";
        json["choiceResult"] = {{"label", data.label}};
        if (!data.phrase.empty()) {
          json["choiceResult"]["recognizedPhrase"] = data.phrase;
          json["choiceResult"]["confidence"] = data.confidence;
        }
        return;
      case RecognizeData::Kind::kSpeech:
        json["recognitionType"] = "speech";
        json["speechResult"] = {{"speech", data.phrase},
                                {"confidence", data.confidence}};
        return;
    }
  }
  void Put(const ToneData& data, Json& json) const {
    json["sequenceId"] = data.sequence;
    json["tone"] = ToneName(data.tone);
  }
  void PutStreaming(const StreamingData& data, bool is_transcription,
                    Json& json) const {
    if (is_transcription) {
      json["transcriptionUpdate"] = {
          {"transcriptionStatus", data.status},
          {"transcriptionStatusDetails", data.details}};
    } else {
      json["mediaStreamingUpdate"] = {
          {"contentType", "Audio"},
          {"mediaStreamingStatus", data.status},
          {"mediaStreamingStatusDetails", data.details}};
    }
  }
  void Put(const StreamingData& data, Json& json) const {
    PutStreaming(data, data.status.starts_with("transcription"), json);
  }
  std::string RecordingId(std::uint16_t number) const {
    return RecordingIdText(cast_.RecorderOf(call_),
                           cast_.IdOf(IdKind::kRecording, call_, number));
  }
  void Put(const RecordingFailureData& data, Json& json) const {
    json["recordingId"] = RecordingId(data.number);
  }
  void Put(const RecordingData& data, Json& json) const {
    json["recordingId"] = RecordingId(data.number);
    json["state"] = data.is_active ? "active" : "inactive";
    json["startDateTime"] = SevenDigits(At(data.started_ms)) + "+00:00";
    json["recordingKind"] = "azureCommunicationServices";
  }

 private:
  const Cast& cast_;
  CallKey call_;
};

std::string TypeName(EventType type) {
  return "Microsoft.Communication." + std::string(Info(type).name);
}

Json CloudEvent(const PartWriter& parts, const Cast& cast, CallKey call,
                const Flow& flow, const CallEvent& event) {
  const std::string connection = parts.ConnectionId();
  const std::string source = "calling/callConnections/" + connection;
  Json data = Json::object();
  std::visit([&](const auto& of) { parts.Put(of, data); }, event.data);
  if (event.step >= 0) {
    const Step& step = flow.steps[static_cast<std::size_t>(event.step)];
    data["operationContext"] =
        step.operation_context.empty() ? step.name : step.operation_context;
  }
  if (event.result) {
    data["resultInformation"] = {{"code", event.result->code},
                                 {"subCode", event.result->subcode},
                                 {"message", event.result->message}};
  }
  data["callConnectionId"] = connection;
  data["serverCallId"] = cast.ServerCallIdOf(call);
  data["correlationId"] =
      FormatGuid(cast.CorrelationOf(call, event.correlation_epoch));
  return {{"id", parts.Id(IdKind::kEvent, event.number)},
          {"source", source},
          {"type", TypeName(event.type)},
          {"data", std::move(data)},
          {"time", SevenDigits(parts.At(event.at_ms)) + "+00:00"},
          {"specversion", "1.0"},
          {"datacontenttype", "application/json"},
          {"subject", source}};
}

// Opaque text in the form of a signed token (our assumption); it is not signed.
std::string IncomingCallContext(const std::string& server_call,
                                const std::string& correlation) {
  const Json header = {{"alg", "none"}, {"typ", "JWT"}};
  const Json claims = {{"correlationId", correlation},
                       {"serverCallId", server_call}};
  return WithoutPadding(Base64(header.dump())) + '.' +
         WithoutPadding(Base64(claims.dump())) + '.';
}

Json GridEvent(const PartWriter& parts, const Cast& cast, CallKey call,
               const CallEvent& event, ParticipantKind caller) {
  const Json to =
      parts.Identifier({ParticipantCode(kAppLeg), ParticipantKind::kApp});
  const Json from = parts.Identifier({ParticipantCode(kCallerLeg), caller});
  const std::string server_call = cast.ServerCallIdOf(call);
  const std::string correlation = FormatGuid(cast.CorrelationOf(call, 0));
  Json data = {
      {"to", to},
      {"from", from},
      {"serverCallId", server_call},
      {"callerDisplayName", ""},
      {"incomingCallContext", IncomingCallContext(server_call, correlation)},
      {"correlationId", correlation}};
  return {{"id", parts.Id(IdKind::kEventSubject, kIncomingCallId)},
          {"topic", cast.vocabulary().resource_id},
          {"subject", "/caller/" + from["rawId"].get<std::string>() +
                          "/recipient/" + to["rawId"].get<std::string>()},
          {"data", std::move(data)},
          {"eventType", TypeName(event.type)},
          {"dataVersion", "1.0"},
          {"metadataVersion", "1"},
          {"eventTime", SevenDigits(parts.At(event.at_ms)) + 'Z'}};
}

}  // namespace

std::string EventJson::Text(CallKey call, std::uint32_t flow,
                            const CallEvent& event) const {
  const Cast& cast = worlds_.CastOf(call);
  const PartWriter parts(cast, call);
  if (const auto* incoming = std::get_if<IncomingData>(&event.data)) {
    return GridEvent(parts, cast, call, event, incoming->caller).dump();
  }
  const Profile& profile = worlds_.PlanOf(call).profile();
  return CloudEvent(parts, cast, call, profile.flows[flow], event).dump();
}

}  // namespace busyhour::internal
