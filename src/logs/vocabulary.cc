#include "logs/vocabulary.h"

#include <cassert>

namespace busyhour {

Selector SelectorOf(Field field, LogType log) {
  const bool usage = log == LogType::kUsage;
  switch (field) {
    case Field::kTime:
    case Field::kDurationMs:
    case Field::kOperationId:
    case Field::kRecordId:
    case Field::kQuantity:
    case Field::kStartTime:
    case Field::kEndTime:
    case Field::kParticipantId:
    case Field::kUserIdA:
    case Field::kBilledSize:
    case Field::kCorrelationId:
    case Field::kCallerIpAddress:
    case Field::kCallConnectionId:
      return Selector::kRecord;
    case Field::kOperationVersion:
      return usage ? Selector::kRun : Selector::kClient;
    case Field::kSdkVersion:
    case Field::kSdkType:
      return Selector::kClient;
    case Field::kServerCallId:
      return Selector::kNode;
    case Field::kOperationName:
      return usage ? Selector::kRun : Selector::kOperation;
    case Field::kUsageType:
    case Field::kUserIdB:
      return Selector::kOperation;
    case Field::kLevel:
    case Field::kResultType:
    case Field::kResultSignature:
    case Field::kResultCode:
    case Field::kResultSubcode:
    case Field::kResultMessage:
      return Selector::kResult;
    case Field::kSubOperationName:
    case Field::kPromptSource:
      return Selector::kSubOperation;
    case Field::kInLoop:
    case Field::kToParticipant:
    case Field::kInterrupted:
      return Selector::kFlags;
    case Field::kUri:
    case Field::kUnitType:
    case Field::kCategory:
    case Field::kResourceId:
    case Field::kTableResourceId:
    case Field::kSubscriptionId:
    case Field::kWorkspaceId:
    case Field::kSourceSystem:
    case Field::kTableName:
    case Field::kIsBillable:
      return Selector::kRun;
  }
  return Selector::kRun;
}

std::size_t Vocabulary::Count(Selector selector, LogType log) const {
  switch (selector) {
    case Selector::kOperation:
      return log == LogType::kUsage ? usage_types.size() : operations.size();
    case Selector::kResult:
      return log == LogType::kMediaSummary ? media.size() : requests.size();
    case Selector::kSubOperation:
      return log == LogType::kMediaSummary ? prompt_sources.size()
                                           : sub_operations.size();
    case Selector::kFlags:
      return kFlagCombinations;
    case Selector::kClient:
      return clients.size();
    case Selector::kNode:
      return server_call_heads.size();
    case Selector::kRun:
    case Selector::kRecord:
      return 1;
  }
  return 1;
}

std::string Vocabulary::Text(Field field, LogType log,
                             std::size_t index) const {
  const auto flag = [index](std::uint8_t bit) {
    return (index & bit) != 0 ? "true" : "false";
  };
  const bool is_media = log == LogType::kMediaSummary;
  switch (field) {
    case Field::kUri:
      return host;
    case Field::kUnitType:
      return usage_unit;
    case Field::kOperationVersion:
      return log == LogType::kUsage ? usage_operation_version
                                    : clients[index].api_version;
    case Field::kSdkType:
      return clients[index].sdk_type;
    case Field::kSdkVersion:
      return clients[index].sdk_version;
    case Field::kServerCallId:
      return server_call_heads[index];
    case Field::kCategory:
      return category_of[static_cast<std::size_t>(log)];
    case Field::kTableName:
      return table_of[static_cast<std::size_t>(log)];
    case Field::kResourceId:
      return resource_id;
    case Field::kTableResourceId:
      return table_resource_id;
    case Field::kSubscriptionId:
      return subscription_id;
    case Field::kWorkspaceId:
      return workspace_id;
    case Field::kSourceSystem:
      return "Azure";
    case Field::kIsBillable:
      return "true";
    case Field::kOperationName:
      return log == LogType::kUsage ? usage_operation_name : operations[index];
    case Field::kUsageType:
      return usage_types[index];
    case Field::kUserIdA:
      return user_prefixes[index];
    case Field::kUserIdB:
      return user_b[index];
    case Field::kLevel:
      return std::string(is_media ? media[index].level : requests[index].level);
    case Field::kResultType:
      return std::string(is_media ? ResultTypeName(media[index].type)
                                  : requests[index].type);
    case Field::kResultSignature:
      return std::to_string(is_media ? media[index].code
                                     : requests[index].status);
    case Field::kResultCode:
      return std::to_string(media[index].code);
    case Field::kResultSubcode:
      return std::to_string(media[index].subcode);
    case Field::kResultMessage:
      return std::string(media[index].message);
    case Field::kSubOperationName:
      return sub_operations[index];
    case Field::kPromptSource:
      return prompt_sources[index];
    case Field::kInLoop:
      return flag(kFlagInLoop);
    case Field::kToParticipant:
      return flag(kFlagToParticipant);
    case Field::kInterrupted:
      return flag(kFlagInterrupted);
    case Field::kTime:
    case Field::kCorrelationId:
    case Field::kDurationMs:
    case Field::kCallerIpAddress:
    case Field::kCallConnectionId:
    case Field::kOperationId:
    case Field::kRecordId:
    case Field::kQuantity:
    case Field::kStartTime:
    case Field::kEndTime:
    case Field::kParticipantId:
    case Field::kBilledSize:
      break;
  }
  assert(false && "the field depends on the record");
  return {};
}

}  // namespace busyhour
