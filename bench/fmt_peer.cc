#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "peer.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kBufferBytes = 16 << 10;

// The members before "properties" and inside, in order.
constexpr std::array kNames = {"time",
                               "resourceId",
                               "category",
                               "operationName",
                               "operationVersion",
                               "resultType",
                               "resultSignature",
                               "callerIpAddress",
                               "correlationId",
                               "level"};
constexpr std::array kPropertyNames = {
    "uri",     "callConnectionId", "serverCallId", "sdkVersion",
    "sdkType", "subOperationName", "operationId"};

class FmtTextPeer : public Peer {
 public:
  explicit FmtTextPeer(std::span<const PeerRecord> records) {
    for (const PeerRecord& record : records) {
      const sample::Json& object = record.object;
      Values values;
      for (std::size_t i = 0; i < kNames.size(); ++i) {
        values.texts[i] = object.at(kNames[i]).get<std::string>();
      }
      for (std::size_t i = 0; i < kPropertyNames.size(); ++i) {
        values.properties[i] =
            object.at("properties").at(kPropertyNames[i]).get<std::string>();
      }
      values.duration_ms =
          record.event->record.As<OperationalPayload>().duration_ms;
      values_.push_back(values);
    }
  }

  std::string_view Write(std::size_t record) override {
    const auto& [texts, properties, duration_ms] = values_[record];
    const char* const end = fmt::format_to(
        buffer_.data(),
        FMT_COMPILE(
            R"({{"time":"{}","resourceId":"{}","category":"{}",)"
            R"("operationName":"{}","operationVersion":"{}",)"
            R"("resultType":"{}","resultSignature":"{}","durationMs":{},)"
            R"("callerIpAddress":"{}","correlationId":"{}","level":"{}",)"
            R"("properties":{{"uri":"{}","callConnectionId":"{}",)"
            R"("serverCallId":"{}","sdkVersion":"{}","sdkType":"{}",)"
            R"("subOperationName":"{}","operationId":"{}"}}}})"),
        texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6],
        duration_ms, texts[7], texts[8], texts[9], properties[0], properties[1],
        properties[2], properties[3], properties[4], properties[5],
        properties[6]);
    return {buffer_.data(), static_cast<std::size_t>(end - buffer_.data())};
  }

 private:
  struct Values {
    std::array<std::string, kNames.size()> texts;
    std::array<std::string, kPropertyNames.size()> properties;
    std::uint32_t duration_ms = 0;
  };

  std::vector<Values> values_;
  std::vector<char> buffer_ = std::vector<char>(kBufferBytes);
};

char* PutGuid(const Guid& guid, char* p) {
  return fmt::format_to(p, FMT_COMPILE("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}"),
                        guid.high >> 32, guid.high >> 16 & 0xffff,
                        guid.high & 0xffff, guid.low >> 48,
                        guid.low & 0xffff'ffff'ffff);
}

class FmtValuePeer : public Peer {
 public:
  explicit FmtValuePeer(std::span<const PeerRecord> records)
      : records_(records) {}

  std::string_view Write(std::size_t record) override {
    const PeerRecord& from = records_[record];
    const Vocabulary& words = *from.words;
    const CallFacts& facts = from.call->facts;
    const auto& [event, ids] = *from.event;
    const auto answered = event.As<OperationalPayload>();
    const std::int64_t ms = event.time().ms;
    const auto date = DateOf({ms});
    const auto rest = static_cast<std::uint32_t>(ms % kMsPerDay);
    const auto& request = words.requests[answered.status];
    const ClientWords& client = words.clients[answered.client];
    char* p = fmt::format_to(
        buffer_.data(),
        FMT_COMPILE(
            R"({{"time":"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}0000Z",)"
            R"("resourceId":"{}","category":"{}","operationName":"{}",)"
            R"("operationVersion":"{}","resultType":"{}",)"
            R"("resultSignature":"{}","durationMs":{},)"
            R"("callerIpAddress":"{}.{}.{}.{}","correlationId":")"),
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), rest / 3'600'000, rest / 60'000 % 60,
        rest / 1000 % 60, rest % 1000, words.resource_id,
        Info(LogType::kOperational).category,
        words.operations[answered.operation], client.api_version, request.type,
        request.status, answered.duration_ms, facts.caller_ip >> 24,
        facts.caller_ip >> 16 & 255, facts.caller_ip >> 8 & 255,
        facts.caller_ip & 255);
    p = PutGuid(from.call->correlations[event.correlation_epoch], p);
    p = fmt::format_to(
        p,
        FMT_COMPILE(
            R"(","level":"{}","properties":{{"uri":"{}","callConnectionId":")"),
        request.level, words.host);
    if (event.connected()) p = PutGuid(facts.connection, p);
    p = fmt::format_to(
        p,
        FMT_COMPILE(
            R"(","serverCallId":"{}{}","sdkVersion":"{}","sdkType":"{}",)"
            R"("subOperationName":"{}","operationId":")"),
        words.server_call_heads[answered.node],
        std::string_view(
            facts.server_call_tail.data(),
            answered.node == kNoNode ? 0 : facts.server_call_tail_bytes),
        client.sdk_version, client.sdk_type,
        words.sub_operations[answered.sub_operation]);
    if (ids.id != Guid{}) p = PutGuid(ids.id, p);
    p = fmt::format_to(p, FMT_COMPILE(R"("}}}})"));
    return {buffer_.data(), static_cast<std::size_t>(p - buffer_.data())};
  }

 private:
  std::span<const PeerRecord> records_;
  std::vector<char> buffer_ = std::vector<char>(kBufferBytes);
};

}  // namespace

std::unique_ptr<Peer> MakeFmtTextPeer(std::span<const PeerRecord> records) {
  return std::make_unique<FmtTextPeer>(records);
}

std::unique_ptr<Peer> MakeFmtValuePeer(std::span<const PeerRecord> records) {
  return std::make_unique<FmtValuePeer>(records);
}

}  // namespace busyhour::internal
