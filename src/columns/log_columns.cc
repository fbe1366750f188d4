#include "columns/log_columns.h"

#include <algorithm>
#include <string>

#include "base/guid.h"
#include "columns/fixed_point.h"
#include "encode/shape.h"

namespace busyhour::internal {
namespace {

bool HasOwnId(FieldKind kind) {
  switch (kind) {
    case FieldKind::kOwnId:
    case FieldKind::kOtherId:
    case FieldKind::kUserId:
    case FieldKind::kRecordingId:
      return true;
    default:
      return false;
  }
}

std::size_t LongestOf(const FieldTexts& texts) {
  std::size_t longest = 0;
  for (const auto& of_resource : texts) {
    for (const std::string& text : of_resource) {
      longest = std::max(longest, text.size());
    }
  }
  return longest;
}

// The size of all texts that a table would have in a column; nothing if they
// have several sizes.
std::optional<std::size_t> TextBytesOfAll(const StoredColumn& column) {
  if (column.may_be_null) return std::nullopt;
  if (column.stored == Stored::kTime) return kTimeTextBytes;
  if (column.stored == Stored::kUuid ||
      column.field().kind == FieldKind::kCorrelationId) {
    return kGuidTextBytes;
  }
  return std::nullopt;
}

}  // namespace

LogColumns::LogColumns(const Worlds& worlds, LogType log, Shape shape,
                       GuidForm guids)
    : missing_text_(Info(shape).missing_text) {
  const std::vector<const Vocabulary*> vocabularies = worlds.vocabularies();
  bool has_billed = false;
  for (const StoredColumn& stored : StoredColumns(log, shape, guids)) {
    Each& each = columns_.emplace_back();
    each.stored = stored;
    const Field& field = stored.field();
    if (IsTable(field.kind)) {
      each.alphabet.emplace(vocabularies, log, stored, missing_text_);
      each.stored.is_large = each.alphabet->values().size() > 256;
      continue;
    }
    has_items_ = has_items_ || field.kind == FieldKind::kItemId;
    has_billed = has_billed || field.kind == FieldKind::kBilledSize;
    has_ids_ = has_ids_ || HasOwnId(field.kind);
    if (stored.dictionary == Dictionary::kCalls) {
      has_calls_ = true;
      has_facts_ = has_facts_ || field.kind != FieldKind::kCorrelationId;
      continue;
    }
    if (field.texts != nullptr) {
      each.before = TextsByResource(vocabularies, log, field.texts);
    }
    if (field.after != nullptr) {
      each.after = TextsByResource(vocabularies, log, field.after);
    }
    each.most_around = LongestOf(each.before) + LongestOf(each.after);
  }
  if (has_billed) SetBilled(vocabularies.size());
}

void LogColumns::SetBilled(std::size_t resources) {
  known_billed_.emplace(resources);
  for (Each& each : columns_) {
    const Field& field = each.stored.field();
    if (!field.is_billed) continue;
    if (each.alphabet) {
      known_billed_->Add(field.at, *each.alphabet);
    } else if (const auto bytes = TextBytesOfAll(each.stored)) {
      known_billed_->AddSame(*bytes);
    } else {
      each.is_measured = true;
    }
  }
}

}  // namespace busyhour::internal
