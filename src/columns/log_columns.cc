#include "columns/log_columns.h"

#include "encode/shape.h"

namespace busyhour::internal {

LogColumns::LogColumns(const Worlds& worlds, LogType log, Shape shape,
                       GuidForm guids)
    : missing_text_(Info(shape).missing_text) {
  const std::vector<const Vocabulary*> vocabularies = worlds.vocabularies();
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
    has_billed_ = has_billed_ || field.kind == FieldKind::kBilledSize;
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
  }
}

}  // namespace busyhour::internal
