#include "columns/stored_column.h"

namespace busyhour::internal {
namespace {

StoredColumn OfTable(const Column& column) {
  StoredColumn stored{&column};
  // A missing text is spelled as in the other frames.
  stored.may_be_null =
      column.field->may_be_missing && column.type != Type::kString;
  stored.dictionary = Dictionary::kAlphabet;
  switch (column.type) {
    case Type::kInteger:
      stored.stored = Stored::kInt32;
      break;
    case Type::kReal:
      stored.stored = Stored::kDouble;
      break;
    case Type::kBoolean:
      stored.stored = Stored::kBoolean;
      stored.dictionary = Dictionary::kNone;
      break;
    case Type::kString:
    case Type::kDatetime:
      break;
  }
  return stored;
}

// An id that is a GUID, perhaps with texts around it.
StoredColumn OfGuid(const Column& column, GuidForm guids,
                    Dictionary dictionary) {
  const Field& field = *column.field;
  StoredColumn stored{&column, Stored::kText, dictionary};
  if (guids == GuidForm::kUuid && field.texts == nullptr) {
    stored.stored = Stored::kUuid;
    stored.may_be_null = field.may_be_empty || field.may_be_missing;
  }
  return stored;
}

StoredColumn StoredAs(const Column& column, GuidForm guids) {
  const auto plain = [&](Stored stored, bool may_be_null = false) {
    return StoredColumn{&column, stored, Dictionary::kNone, may_be_null};
  };
  switch (column.field->kind) {
    case FieldKind::kText:
    case FieldKind::kBoolean:
    case FieldKind::kNumber:
    case FieldKind::kReal:
      return OfTable(column);
    case FieldKind::kTime:
    case FieldKind::kShortTime:
    case FieldKind::kArrival:
      return plain(Stored::kTime);
    case FieldKind::kOptionalTime:
      return plain(Stored::kTime, true);
    case FieldKind::kMilliseconds:
      return plain(Stored::kInt64);
    case FieldKind::kCount:
      return plain(Stored::kInt32);
    case FieldKind::kSeconds:
      return plain(Stored::kInt32, true);
    case FieldKind::kFineSeconds:
    case FieldKind::kMinutes:
    case FieldKind::kFineMilliseconds:
    case FieldKind::kBilledSize:
      return plain(Stored::kDouble);
    case FieldKind::kOwnId:
    case FieldKind::kOtherId:
    case FieldKind::kItemId:
      return OfGuid(column, guids, Dictionary::kNone);
    case FieldKind::kCorrelationId:
    case FieldKind::kConnectionId:
      return OfGuid(column, guids, Dictionary::kCalls);
    case FieldKind::kServerCallId:
    case FieldKind::kCallerAddress:
      return {&column, Stored::kText, Dictionary::kCalls, false};
    case FieldKind::kUserId:
    case FieldKind::kRecordingId:
      return plain(Stored::kText);
  }
  return plain(Stored::kText);
}

}  // namespace

std::vector<StoredColumn> StoredColumns(LogType log, Shape shape,
                                        GuidForm guids) {
  std::vector<StoredColumn> stored;
  for (const Column& column : Columns(log, shape)) {
    stored.push_back(StoredAs(column, guids));
  }
  return stored;
}

}  // namespace busyhour::internal
