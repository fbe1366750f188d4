#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "logs/field_names.h"
#include "logs/log.h"

// The fields of every log in every shape, copied by hand from the published
// pages: `name`, or `name:type` if it is not a string, or `parent.name` inside
// an object.

namespace busyhour::internal {
namespace {

using Names = std::vector<std::string>;

std::string TypeName(Type type) {
  switch (type) {
    case Type::kString:
      return "";
    case Type::kInteger:
      return ":int";
    case Type::kReal:
      return ":real";
    case Type::kBoolean:
      return ":bool";
    case Type::kDatetime:
      return ":datetime";
  }
  return "?";
}

Names NamesOf(LogType log, Shape shape) {
  Names names;
  for (const Column& column : Columns(log, shape)) {
    std::string name;
    if (!column.parent.empty()) name.append(column.parent).append(".");
    names.push_back(name.append(column.name) + TypeName(column.type));
  }
  return names;
}

// The standard columns that Azure Monitor adds to every table.
Names WithStandardColumns(Names names) {
  names.insert(names.end(),
               {"TenantId", "SourceSystem", "Type", "_ResourceId",
                "_SubscriptionId", "_BilledSize:real", "_IsBillable"});
  return names;
}

TEST(ColumnsTest, OperationalResourceLog) {
  EXPECT_EQ(NamesOf(LogType::kOperational, Shape::kResourceLog),
            (Names{"time:datetime", "resourceId", "category", "operationName",
                   "operationVersion", "resultType", "resultSignature",
                   "durationMs:int", "callerIpAddress", "correlationId",
                   "level", "properties.uri", "properties.callConnectionId",
                   "properties.serverCallId", "properties.sdkVersion",
                   "properties.sdkType", "properties.subOperationName",
                   "properties.operationId"}));
}

TEST(ColumnsTest, OperationalTable) {
  EXPECT_EQ(NamesOf(LogType::kOperational, Shape::kTable),
            WithStandardColumns(
                {"TimeGenerated:datetime", "Level", "CorrelationId",
                 "OperationName", "OperationVersion", "URI", "ResultType",
                 "ResultSignature:int", "DurationMs:int", "CallerIpAddress",
                 "CallConnectionId", "ServerCallId", "SdkVersion", "SdkType",
                 "SubOperationName", "OperationId"}));
}

TEST(ColumnsTest, OperationalPortal) {
  EXPECT_EQ(NamesOf(LogType::kOperational, Shape::kPortal),
            (Names{"TimeGenerated [UTC]", "Level", "CorrelationId",
                   "OperationName", "OperationVersion", "URI", "ResultType",
                   "ResultSignature", "DurationMs", "CallerIpAddress",
                   "CallConnectionId", "ServerCallId", "SdkVersion", "SdkType",
                   "SubOperationName", "OperationId"}));
}

TEST(ColumnsTest, OperationalDocumented) {
  EXPECT_EQ(
      NamesOf(LogType::kOperational, Shape::kDocumented),
      (Names{"TimeGenerated:datetime", "OperationName", "CorrelationID",
             "OperationVersion", "Category", "ResultType", "ResultSignature",
             "DurationMs:int", "CallerIpAddress", "Level", "URI",
             "CallConnectionId", "ServerCallId", "SDKVersion", "SDKType",
             "SubOperationName", "operationID"}));
}

TEST(ColumnsTest, MediaSummaryResourceLog) {
  EXPECT_EQ(
      NamesOf(LogType::kMediaSummary, Shape::kResourceLog),
      (Names{"time:datetime", "resourceId", "category", "operationName",
             "operationVersion", "resultType", "resultSignature",
             "durationMs:int", "callerIpAddress", "correlationId", "level",
             "properties.operationId",
             "properties.recognizePromptSubOperationName",
             "properties.playInLoop:bool", "properties.playToParticipant:bool",
             "properties.interrupted:bool", "properties.resultCode:int",
             "properties.resultSubcode:int", "properties.resultMessage"}));
}

TEST(ColumnsTest, MediaSummaryTable) {
  EXPECT_EQ(NamesOf(LogType::kMediaSummary, Shape::kTable),
            WithStandardColumns(
                {"TimeGenerated:datetime", "Level", "CorrelationId",
                 "ResultType", "OperationName", "OperationId",
                 "PlayInLoop:bool", "PlayToParticipant:bool",
                 "PlayInterrupted:bool", "RecognizePromptSubOperationName",
                 "ResultCode:int", "ResultSubcode:int", "ResultMessage"}));
}

TEST(ColumnsTest, MediaSummaryPortal) {
  EXPECT_EQ(
      NamesOf(LogType::kMediaSummary, Shape::kPortal),
      (Names{"TimeGenerated [UTC]", "Level", "CorrelationId", "ResultType",
             "OperationName", "OperationId", "PlayInLoop", "PlayToParticipant",
             "PlayInterrupted", "RecognizePromptSubOperationName", "ResultCode",
             "ResultSubcode", "ResultMessage"}));
}

TEST(ColumnsTest, MediaSummaryDocumented) {
  EXPECT_EQ(
      NamesOf(LogType::kMediaSummary, Shape::kDocumented),
      (Names{"TimeGenerated:datetime", "level", "resourceId", "durationMs:int",
             "callerIpAddress", "correlationId", "operationName",
             "operationVersion", "resultType", "resultSignature", "operationId",
             "recognizePromptSubOperationName", "playInLoop:bool",
             "playToParticipant:bool", "interrupted:bool", "resultCode:int",
             "resultSubcode:int", "resultMessage"}));
}

TEST(ColumnsTest, UsageResourceLog) {
  EXPECT_EQ(NamesOf(LogType::kUsage, Shape::kResourceLog),
            (Names{"time:datetime", "resourceId", "category", "operationName",
                   "operationVersion", "correlationId", "properties.recordId",
                   "properties.usageType", "properties.unitType",
                   "properties.quantity:real", "properties.startTime:datetime",
                   "properties.endTime:datetime", "properties.participantId",
                   "properties.userIdA", "properties.userIdB"}));
}

TEST(ColumnsTest, UsageTable) {
  EXPECT_EQ(NamesOf(LogType::kUsage, Shape::kTable),
            WithStandardColumns(
                {"TimeGenerated:datetime", "OperationName", "OperationVersion",
                 "Category", "CorrelationId", "RecordId", "UsageType",
                 "UnitType", "Quantity:real", "StartTime:datetime",
                 "EndTime:datetime", "ParticipantId", "UserIdA", "UserIdB"}));
}

TEST(ColumnsTest, UsagePortal) {
  EXPECT_EQ(NamesOf(LogType::kUsage, Shape::kPortal),
            (Names{"TimeGenerated [UTC]", "OperationName", "OperationVersion",
                   "Category", "CorrelationId", "RecordId", "UsageType",
                   "UnitType", "Quantity", "StartTime [UTC]", "EndTime [UTC]",
                   "ParticipantId", "UserIdA", "UserIdB"}));
}

// `Properties` contains the fields that the page does not list.
TEST(ColumnsTest, UsageDocumented) {
  EXPECT_EQ(NamesOf(LogType::kUsage, Shape::kDocumented),
            (Names{"Timestamp:datetime", "OperationName", "OperationVersion",
                   "Category", "CorrelationID", "Properties.startTime:datetime",
                   "Properties.endTime:datetime", "Properties.participantId",
                   "Properties.userIdA", "Properties.userIdB", "RecordID",
                   "UsageType", "UnitType", "Quantity:real"}));
}

Names StreamingColumns(std::string_view time, std::string_view real,
                       std::string_view utc) {
  const auto name = [&](std::string_view text) {
    return std::string(text).append(utc).append(time);
  };
  return {
      name("TimeGenerated"),      "CorrelationId",
      "CallConnectionId",         "StreamingModality",
      name("StreamingStartTime"), "StreamingDurationInMs" + std::string(real),
      "StreamingSessionId",       "ParticipantId"};
}

TEST(ColumnsTest, StreamingUsage) {
  EXPECT_EQ(
      NamesOf(LogType::kStreamingUsage, Shape::kResourceLog),
      (Names{"time:datetime", "resourceId", "category", "operationName",
             "correlationId", "properties.callConnectionId",
             "properties.streamingModality",
             "properties.streamingStartTime:datetime",
             "properties.streamingDurationInMs:real",
             "properties.streamingSessionId", "properties.participantId"}));
  EXPECT_EQ(NamesOf(LogType::kStreamingUsage, Shape::kTable),
            WithStandardColumns(StreamingColumns(":datetime", ":real", "")));
  EXPECT_EQ(NamesOf(LogType::kStreamingUsage, Shape::kPortal),
            StreamingColumns("", "", " [UTC]"));
  EXPECT_EQ(NamesOf(LogType::kStreamingUsage, Shape::kDocumented),
            StreamingColumns(":datetime", ":real", ""));
}

TEST(ColumnsTest, TableArrival) {
  for (const LogType log : kLogTypes) {
    Names expected = NamesOf(log, Shape::kTable);
    expected.insert(expected.end(),
                    {"_TimeReceived:datetime", "IngestionTime:datetime"});
    EXPECT_EQ(NamesOf(log, Shape::kTableArrival), expected);
  }
}

// Members in the order of their characters, as in published records of other
// tables: capital letters first, `_` after all letters of names.
TEST(ColumnsTest, DataExport) {
  EXPECT_EQ(NamesOf(LogType::kUsage, Shape::kDataExport),
            (Names{"Category",
                   "CorrelationId",
                   "EndTime:datetime",
                   "OperationName",
                   "OperationVersion",
                   "ParticipantId",
                   "Quantity:real",
                   "RecordId",
                   "SourceSystem",
                   "StartTime:datetime",
                   "TenantId",
                   "TimeGenerated:datetime",
                   "Type",
                   "UnitType",
                   "UsageType",
                   "UserIdA",
                   "UserIdB",
                   "_Internal_WorkspaceResourceId",
                   "_ItemId",
                   "_ResourceId"}));
  for (const LogType log : kLogTypes) {
    EXPECT_EQ(NamesOf(log, Shape::kDataExport).size(),
              DescriptorOf(log).table.size() + 6);
  }
}

// A name of a field in one log names it in all logs that have it.
TEST(ColumnsTest, AFieldHasItsNamesOfAllLogs) {
  EXPECT_EQ(FieldsNamed("Timestamp"), FieldsNamed("timegenerated [UTC]"));
  for (const FieldSet fields : FieldsNamed("Timestamp")) {
    EXPECT_EQ(fields.size(), 1u);
  }
}

TEST(ColumnsTest, LogsBearAzuresNames) {
  EXPECT_EQ(Info(LogType::kOperational).name, "operational");
  EXPECT_EQ(Info(LogType::kOperational).category, "CallAutomationOperational");
  EXPECT_EQ(Info(LogType::kOperational).table,
            "ACSCallAutomationIncomingOperations");
  EXPECT_EQ(Info(LogType::kMediaSummary).name, "media_summary");
  EXPECT_EQ(Info(LogType::kMediaSummary).category,
            "CallAutomationMediaSummary");
  EXPECT_EQ(Info(LogType::kMediaSummary).table,
            "ACSCallAutomationMediaSummary");
  EXPECT_EQ(Info(LogType::kUsage).name, "usage");
  EXPECT_EQ(Info(LogType::kUsage).category, "Usage");
  EXPECT_EQ(Info(LogType::kUsage).table, "ACSBillingUsage");
  EXPECT_EQ(Info(LogType::kStreamingUsage).name, "streaming_usage");
  EXPECT_EQ(Info(LogType::kStreamingUsage).category,
            "CallAutomationStreamingUsage");
  EXPECT_EQ(Info(LogType::kStreamingUsage).table,
            "ACSCallAutomationStreamingUsage");
  for (const LogType log : kLogTypes) EXPECT_EQ(Info(log).log, log);
}

}  // namespace
}  // namespace busyhour::internal
