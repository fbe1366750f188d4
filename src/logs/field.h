#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "catalog/logs.h"

namespace busyhour {

/// What a field means, whatever a shape calls it.
enum class Field : std::uint8_t {
  kTime,
  kLevel,
  kCorrelationId,
  kOperationName,
  kOperationVersion,
  kResultType,
  kResultSignature,
  kDurationMs,
  kCallerIpAddress,
  kUri,
  kCallConnectionId,
  kServerCallId,
  kSdkVersion,
  kSdkType,
  kSubOperationName,
  kOperationId,
  kInLoop,
  kToParticipant,
  kInterrupted,
  kPromptSource,
  kResultCode,
  kResultSubcode,
  kResultMessage,
  kRecordId,
  kUsageType,
  kUnitType,
  kQuantity,
  kStartTime,
  kEndTime,
  kParticipantId,
  kUserIdA,
  kUserIdB,
  // The same in every record of a log.
  kCategory,
  kResourceId,       ///< upper case, as in resource logs
  kTableResourceId,  ///< lower case, as in tables
  kSubscriptionId,
  kWorkspaceId,
  kSourceSystem,
  kTableName,
  kIsBillable,
  kBilledSize,  ///< bytes whose ingestion is billed
};

/// How a value is typed where it is written.
enum class Type : std::uint8_t {
  kString,
  kInteger,
  kReal,
  kBoolean,
  kDatetime
};

/// One field of a record in one shape.
struct Column {
  std::string_view name;
  Field field;
  Type type = Type::kString;
  /// The object that it stands in, empty for the record itself. Columns of one
  /// object are neighbours.
  std::string_view parent = {};
};

/// How records are spelled.
enum class Shape : std::uint8_t { kResourceLog, kTable, kPortal, kDocumented };
inline constexpr std::size_t kShapeCount = 4;
inline constexpr std::array<Shape, kShapeCount> kShapes = {
    Shape::kResourceLog, Shape::kTable, Shape::kPortal, Shape::kDocumented};

/// The fields of a log in a shape, in the order in which they are written.
std::span<const Column> Columns(LogType log, Shape shape);

}  // namespace busyhour
