#include "logs/log.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <stdexcept>

#include "catalog/media.h"
#include "logs/shared_fields.h"
#include "scenario/participant_code.h"
#include "scenario/plan.h"

namespace busyhour::internal {
namespace {

// The standard columns, which every table of a workspace has.

Texts WorkspaceText(const Vocabulary& words, LogType) {
  return {words.workspace_id};
}
Texts SourceSystemText(const Vocabulary&, LogType) { return {"Azure"}; }
Texts SourceSystemWord(LogType) { return {"Azure"}; }
Texts TableText(const Vocabulary&, LogType log) {
  return {std::string(Info(log).table)};
}
Texts TableWord(LogType log) { return {std::string(Info(log).table)}; }
Texts TableResourceIdText(const Vocabulary& words, LogType) {
  return {words.table_resource_id};
}
Texts SubscriptionText(const Vocabulary& words, LogType) {
  return {words.subscription_id};
}
Texts IsBillableText(const Vocabulary&, LogType) { return {"true"}; }
Texts IsBillableWord(LogType) { return {"true"}; }

constexpr Field kWorkspaceId{
    .meaning = "The Log Analytics workspace.",
    .texts = WorkspaceText,
    .pattern = kGuidPattern,
};
constexpr Field kSourceSystem{
    .meaning = "Where the record was collected.",
    .texts = SourceSystemText,
    .words = SourceSystemWord,
};
constexpr Field kTableName{
    .meaning = "Name of the table.",
    .texts = TableText,
    .words = TableWord,
    .is_billed = false,
};
constexpr Field kTableResourceId{
    .meaning = "The communication resource.",
    .texts = TableResourceIdText,
    .pattern =
        "/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/A-Z]+"
        "/providers/microsoft\\.communication"
        "/communicationservices/[^/A-Z]+",
    .tells = Field::Tells::kResource,
    .is_billed = false,
};
constexpr Field kSubscriptionId{
    .meaning = "The resource's subscription.",
    .texts = SubscriptionText,
    .pattern = kGuidPattern,
    .is_billed = false,
};
constexpr Field kBilledSize{
    .kind = FieldKind::kBilledSize,
    .meaning = "Bytes whose ingestion is billed.",
    .is_billed = false,
};
constexpr Field kIsBillable{
    .kind = FieldKind::kBoolean,
    .meaning = "Whether its ingestion is billed.",
    .texts = IsBillableText,
    .words = IsBillableWord,
    .is_billed = false,
};
constexpr Column kStandardColumns[] = {
    {"TenantId", &kWorkspaceId},
    {"SourceSystem", &kSourceSystem},
    {"Type", &kTableName},
    {"_ResourceId", &kTableResourceId},
    {"_SubscriptionId", &kSubscriptionId},
    {"_BilledSize", &kBilledSize},
    {"_IsBillable", &kIsBillable, "", Type::kString},
};

Texts WorkspaceResourceText(const Vocabulary& words, LogType) {
  return {words.workspace_resource_id};
}

constexpr Field kItemId{
    .kind = FieldKind::kItemId,
    .meaning = "The record within the workspace.",
    .is_billed = false,
};
constexpr Field kWorkspaceResourceId{
    .meaning = "The resource id of the Log Analytics workspace.",
    .texts = WorkspaceResourceText,
    .pattern =
        "/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/A-Z]+"
        "/providers/microsoft\\.operationalinsights/workspaces/[^/A-Z]+",
    .is_billed = false,
};
// The columns that a data export has in addition to those of the table.
constexpr Column kExportColumns[] = {
    {"TenantId", &kWorkspaceId},
    {"SourceSystem", &kSourceSystem},
    {"Type", &kTableName},
    {"_ResourceId", &kTableResourceId},
    {"_ItemId", &kItemId},
    {"_Internal_WorkspaceResourceId", &kWorkspaceResourceId},
};

// The times of arrival. A record has only one.
constexpr Field kTimeReceived{
    .kind = FieldKind::kArrival,
    .at = offsetof(Record, delivery_ms),
    .meaning = "When Azure Monitor received the record, UTC.",
    .is_billed = false,
};
constexpr Field kIngestionTime{
    .kind = FieldKind::kArrival,
    .at = offsetof(Record, delivery_ms),
    .meaning = "When the record could be queried, UTC: ingestion_time().",
    .is_billed = false,
};
constexpr Column kArrivalColumns[] = {
    {"_TimeReceived", &kTimeReceived},
    {"IngestionTime", &kIngestionTime},
};

// A log's columns in all shapes, built once.
struct Whole {
  std::array<std::vector<Column>, kShapeCount> columns;
  std::vector<const Field*> fields;
};

std::vector<Column> With(std::span<const Column> own,
                         std::span<const Column> more) {
  std::vector<Column> columns(own.begin(), own.end());
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

// A data export has its columns in the order of their names.
std::vector<Column> ExportColumns(std::span<const Column> table) {
  std::vector<Column> columns = With(table, kExportColumns);
  std::sort(columns.begin(), columns.end(),
            [](const Column& a, const Column& b) { return a.name < b.name; });
  return columns;
}

// A portal export has the table's own columns, all as text. It adds ` [UTC]` to
// the names of times.
std::vector<Column> PortalColumns(std::span<const Column> table) {
  static std::deque<std::string> names;
  std::vector<Column> columns;
  for (const Column& column : table) {
    Column exported = column;
    exported.type = Type::kString;
    if (column.type == Type::kDatetime) {
      exported.name = names.emplace_back(std::string(column.name) + " [UTC]");
    }
    columns.push_back(exported);
  }
  return columns;
}

Whole PutTogether(const Log& log) {
  Whole whole;
  const auto columns = [&whole](Shape shape) -> std::vector<Column>& {
    return whole.columns[static_cast<std::size_t>(shape)];
  };
  columns(Shape::kResourceLog)
      .assign(log.resource_log.begin(), log.resource_log.end());
  columns(Shape::kTable) = With(log.table, kStandardColumns);
  columns(Shape::kTableArrival) = With(columns(Shape::kTable), kArrivalColumns);
  columns(Shape::kPortal) = PortalColumns(log.table);
  columns(Shape::kDocumented)
      .assign(log.documented.begin(), log.documented.end());
  columns(Shape::kDataExport) = ExportColumns(log.table);
  for (auto& of_shape : whole.columns) {
    for (Column& column : of_shape) {
      const auto known =
          std::find(whole.fields.begin(), whole.fields.end(), column.field);
      column.number = static_cast<FieldNumber>(known - whole.fields.begin());
      if (known == whole.fields.end()) whole.fields.push_back(column.field);
    }
  }
  if (whole.fields.size() > kMaxFields) {
    throw std::length_error("a log has more fields than a FieldSet holds");
  }
  return whole;
}

const Whole& WholeOf(LogType log) {
  static const PerLog<Whole> wholes = [] {
    PerLog<Whole> made;
    for (const LogType each : kLogTypes) {
      made[each] = PutTogether(*kDescriptors[each]);
    }
    return made;
  }();
  return wholes[log];
}

}  // namespace

std::uint16_t SubjectOf(const Record& record) noexcept {
  const Log& log = DescriptorOf(record.log());
  const std::uint16_t subject = record.HalfAt(log.subject_at);
  return log.subject_is_participant ? ParticipantCode(subject).index()
                                    : subject;
}

std::uint32_t HorizonMs(const Plan& plan, LogSet logs) {
  std::uint32_t after_ms = 0;
  for (const LogType log : logs) {
    const auto max_lag_ms = DescriptorOf(log).max_lag_ms;
    after_ms = std::max(
        after_ms, (max_lag_ms == nullptr ? 0 : max_lag_ms(plan)) +
                      static_cast<std::uint32_t>(plan.delivery[log]->max()));
  }
  return plan.longest_history_ms + after_ms;
}

Texts ResourceIdText(const Vocabulary& words, LogType) {
  return {words.resource_id};
}
Texts CategoryText(const Vocabulary&, LogType log) { return CategoryWord(log); }
Texts CategoryWord(LogType log) { return {std::string(Info(log).category)}; }
Texts ApiVersionTexts(const Vocabulary& words, LogType) {
  return OfClients(words, &ClientWords::api_version);
}
Texts LevelWords(LogType) {
  return {"Informational", "Warning", "Error", "Critical"};
}
Texts LevelsOfRequests(const Vocabulary& words, LogType) {
  return TextsOfByte(words.requests.size(), [&](std::size_t status) {
    return words.requests[status].level;
  });
}
Texts StatusTexts(const Vocabulary& words, LogType) {
  return TextsOfByte(words.requests.size(), [&](std::size_t status) {
    return std::to_string(words.requests[status].status);
  });
}
Texts ServerCallHeads(const Vocabulary& words, LogType) {
  return words.server_call_heads;
}
Texts SdkVersionTexts(const Vocabulary& words, LogType) {
  return OfClients(words, &ClientWords::sdk_version);
}
Texts SdkTypeTexts(const Vocabulary& words, LogType) {
  return OfClients(words, &ClientWords::sdk_type);
}
Texts SourceWords() {
  Texts names = {"Text"};
  for (std::size_t i = 0; i < kSourceCount; ++i) {
    names.emplace_back(SourceName(static_cast<Source>(i)));
  }
  return names;
}
Texts OfClients(const Vocabulary& words, std::string ClientWords::*text) {
  Texts texts;
  for (const ClientWords& client : words.clients) {
    texts.push_back(client.*text);
  }
  return texts;
}

std::span<const Column> Columns(LogType log, Shape shape) {
  return WholeOf(log).columns[static_cast<std::size_t>(shape)];
}

std::span<const Field* const> Fields(LogType log) {
  return WholeOf(log).fields;
}

}  // namespace busyhour::internal
