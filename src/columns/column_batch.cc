#include "columns/column_batch.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "columns/decimal.h"
#include "encode/put.h"
#include "logs/recording_id.h"

namespace busyhour::internal {
namespace {

// Powers of ten are exact, and a quotient is rounded once.
double DoubleOf(Decimal decimal) noexcept {
  constexpr double kScales[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
  return static_cast<double>(decimal.units) / kScales[decimal.decimals];
}

// Calls `value_of(i)` for the rows from `first` on, and stores the results.
template <class Value, class ValueOf>
void PutEach(std::size_t first, std::size_t rows, ColumnValues& values,
             const ValueOf& value_of) {
  unsigned char* p = values.fixed.data() + first * sizeof(Value);
  for (std::size_t i = 0; i < rows; ++i, p += sizeof(Value)) {
    const Value value = value_of(i);
    std::memcpy(p, &value, sizeof value);
  }
}

// Calls `take(i, letters, byte)` for the rows of a column of an alphabet.
template <class Take>
void EachLetter(const LogColumns::Each& column, std::span<const Record> records,
                const Take& take) {
  const std::size_t at = column.stored.field().at;
  const Alphabet& alphabet = *column.alphabet;
  if (alphabet.resources() > 1) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      take(i, alphabet.OfResource(records[i].resource()),
           at == Field::kSameInAll ? 0 : records[i].ByteAt(at));
    }
    return;
  }
  const Alphabet::Letters& letters = alphabet.OfResource(0);
  if (at == Field::kSameInAll) {
    for (std::size_t i = 0; i < records.size(); ++i) take(i, letters, 0);
    return;
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    take(i, letters, records[i].ByteAt(at));
  }
}

template <class IsPresent>
void MarkEach(std::size_t first, std::size_t rows, ColumnValues& values,
              const IsPresent& is_present) {
  std::uint8_t* const present = values.present.data() + first;
  std::size_t nulls = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    present[i] = is_present(i) ? 1 : 0;
    nulls += 1u - present[i];
  }
  values.nulls += nulls;
}

// The text for the byte of a record; empty without texts.
std::string_view TextAt(const FieldTexts& texts, const Record& record,
                        std::uint8_t at) {
  if (texts.empty()) return {};
  return texts[record.resource()]
              [at == Field::kSameInAll ? 0 : record.ByteAt(at)];
}

}  // namespace

void ColumnBatch::Fill(const LogColumns& columns,
                       std::span<const Record> records) {
  columns_ = &columns;
  rows_ = records.size();
  values_.resize(columns.columns().size());
  Reserve(rows_);
  if (columns.has_calls()) calls_.Begin(rows_, columns.has_facts());
  for (std::size_t first = 0; first < rows_; first += kRowsAtOnce) {
    const std::span<const Record> some =
        records.subspan(first, std::min(kRowsAtOnce, rows_ - first));
    FindIdsAndCalls(some);
    billed_.fill(0);
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const LogColumns::Each& column = columns.columns()[i];
      FillColumn(column, some, first, values_[i]);
      if (columns.has_billed() && column.stored.field().is_billed &&
          !column.alphabet) {
        AddBilled(column, some, first, values_[i]);
      }
    }
  }
  SetDictionaries();
}

void ColumnBatch::Reserve(std::size_t rows) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const StoredColumn& stored = columns_->columns()[i].stored;
    ColumnValues& values = values_[i];
    values.nulls = 0;
    values.dictionary = nullptr;
    values.texts.Clear();
    if (stored.may_be_null) values.present.resize(rows);
    if (stored.has_byte_index()) {
      values.fixed.resize(rows);
    } else if (stored.dictionary != Dictionary::kNone) {
      values.index.resize(rows);
    } else {
      values.fixed.resize(rows * WidthOf(stored.stored));
    }
  }
}

void ColumnBatch::SetDictionaries() {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const LogColumns::Each& column = columns_->columns()[i];
    const ByteStrings*& dictionary = values_[i].dictionary;
    if (column.stored.dictionary == Dictionary::kAlphabet) {
      dictionary = &column.alphabet->values();
    }
    if (column.stored.dictionary != Dictionary::kCalls) continue;
    switch (column.stored.field().kind) {
      case FieldKind::kCorrelationId:
        dictionary = &calls_.correlations();
        break;
      case FieldKind::kConnectionId:
        dictionary = &calls_.connections();
        break;
      case FieldKind::kCallerAddress:
        dictionary = &calls_.callers();
        break;
      default:
        dictionary = &calls_.server_calls();
        break;
    }
  }
}

void ColumnBatch::FindIdsAndCalls(std::span<const Record> records) {
  const Worlds& worlds = worlds_;
  for (std::size_t i = 0; i < records.size(); ++i) {
    ids_[i] = RecordIds{};
    worlds.CastOf(records[i]).SetIds(records[i], ids_[i]);
  }
  if (columns_->has_items()) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      ids_[i].item = worlds.CastOf(records[i]).ItemIdOf(records[i]);
    }
  }
  if (!columns_->has_calls()) return;
  calls_.Find(records, call_of_);
}

void ColumnBatch::FillColumn(const LogColumns::Each& column,
                             std::span<const Record> records, std::size_t first,
                             ColumnValues& values) {
  const StoredColumn& stored = column.stored;
  const Field& field = stored.field();
  const std::size_t rows = records.size();
  const auto word_at = [&](std::size_t i) {
    return records[i].WordAt(field.at);
  };
  switch (field.kind) {
    case FieldKind::kText:
    case FieldKind::kBoolean:
    case FieldKind::kNumber:
    case FieldKind::kReal:
      return FillAlphabet(column, records, first, values);
    case FieldKind::kOptionalTime:
      MarkEach(first, rows, values,
               [&](std::size_t i) { return word_at(i) != kNoValue; });
      [[fallthrough]];
    case FieldKind::kTime:
      return PutEach<std::int64_t>(first, rows, values, [&](std::size_t i) {
        return records[i].At(word_at(i)).ms;
      });
    case FieldKind::kShortTime:
      return PutEach<std::int64_t>(first, rows, values, [&](std::size_t i) {
        return records[i].At(records[i].HalfAt(field.at)).ms;
      });
    case FieldKind::kArrival:
      return PutEach<std::int64_t>(first, rows, values, [&](std::size_t i) {
        return records[i].arrival().ms;
      });
    case FieldKind::kMilliseconds:
      return PutEach<std::int64_t>(first, rows, values, word_at);
    case FieldKind::kCount:
      return PutEach<std::int32_t>(first, rows, values, [&](std::size_t i) {
        return records[i].HalfAt(field.at);
      });
    case FieldKind::kSeconds:
      MarkEach(first, rows, values, [&](std::size_t i) {
        return SecondsIn(word_at(i)) != kNoSeconds;
      });
      return PutEach<std::int32_t>(first, rows, values, [&](std::size_t i) {
        return static_cast<std::int32_t>(SecondsIn(word_at(i)));
      });
    case FieldKind::kFineSeconds:
    case FieldKind::kMinutes:
    case FieldKind::kFineMilliseconds:
      return PutEach<double>(first, rows, values, [&](std::size_t i) {
        return DoubleOf(DecimalOf(field, records[i],
                                  worlds_.CastOf(records[i]).vocabulary()));
      });
    case FieldKind::kBilledSize:
      return PutEach<double>(first, rows, values, [&](std::size_t i) {
        return static_cast<double>(billed_[i]);
      });
    case FieldKind::kOwnId:
      return FillGuids(column, records, first, &RecordIds::id, values);
    case FieldKind::kOtherId:
      return FillGuids(column, records, first, &RecordIds::other, values);
    case FieldKind::kItemId:
      return FillGuids(column, records, first, &RecordIds::item, values);
    case FieldKind::kUserId:
    case FieldKind::kRecordingId:
      return FillTexts(column, records, values);
    case FieldKind::kCorrelationId:
    case FieldKind::kConnectionId:
    case FieldKind::kServerCallId:
    case FieldKind::kCallerAddress:
      return FillOfCalls(stored, records, first, values);
  }
}

void ColumnBatch::FillAlphabet(const LogColumns::Each& column,
                               std::span<const Record> records,
                               std::size_t first, ColumnValues& values) {
  const StoredColumn& stored = column.stored;
  const auto set_each = [&](auto* indices) {
    EachLetter(
        column, records,
        [&](std::size_t i, const Alphabet::Letters& letters, std::size_t byte) {
          indices[i] = static_cast<std::decay_t<decltype(*indices)>>(
              letters.index[byte]);
        });
  };
  if (stored.dictionary == Dictionary::kAlphabet && stored.is_large) {
    set_each(values.index.data() + first);
  } else {
    set_each(values.fixed.data() + first);
  }
  if (stored.may_be_null) {
    EachLetter(
        column, records,
        [&](std::size_t i, const Alphabet::Letters& letters, std::size_t byte) {
          values.present[first + i] = letters.present[byte];
          values.nulls += 1u - letters.present[byte];
        });
  }
  if (!columns_->has_billed() || !stored.field().is_billed) return;
  EachLetter(column, records,
             [&](std::size_t i, const Alphabet::Letters& letters,
                 std::size_t byte) { billed_[i] += letters.bytes[byte]; });
}

void ColumnBatch::FillGuids(const LogColumns::Each& column,
                            std::span<const Record> records, std::size_t first,
                            Guid RecordIds::*id, ColumnValues& values) {
  if (column.stored.stored == Stored::kText) {
    return FillTexts(column, records, values);
  }
  char* p = reinterpret_cast<char*>(values.fixed.data()) +
            first * WidthOf(Stored::kUuid);
  for (std::size_t i = 0; i < records.size(); ++i) {
    p = PutGuidAs(GuidForm::kUuid, ids_[i].*id, p);
  }
  if (!column.stored.may_be_null) return;
  MarkEach(first, records.size(), values,
           [&](std::size_t i) { return ids_[i].*id != Guid{}; });
}

// The record's own part of a text; empty for an id that is not there.
char* ColumnBatch::PutOwnText(FieldKind kind, const RecordIds& ids,
                              char* p) const {
  const auto put = [p](const Guid& id) {
    return id == Guid{} ? p : PutGuid(id, p);
  };
  switch (kind) {
    case FieldKind::kOwnId:
      return put(ids.id);
    case FieldKind::kOtherId:
      return put(ids.other);
    case FieldKind::kItemId:
      return put(ids.item);
    case FieldKind::kUserId:
      return ids.phone_number != 0 ? PutUnsigned(ids.phone_number, p)
                                   : put(ids.user);
    case FieldKind::kRecordingId:
      return ids.id == Guid{} ? p : PutRecordingId(ids.other, ids.id, p);
    default:
      return p;
  }
}

void ColumnBatch::FillTexts(const LogColumns::Each& column,
                            std::span<const Record> records,
                            ColumnValues& values) {
  const Field& field = column.stored.field();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string_view before = TextAt(column.before, records[i], field.at);
    if (before == kMissingText) {
      values.texts.Add(columns_->missing_text());
      continue;
    }
    const std::string_view after =
        TextAt(column.after, records[i], field.after_at);
    char* p = values.texts.Room(before.size() + kRecordingIdBytes +
                                after.size() + kSlackBytes);
    p = std::copy(before.begin(), before.end(), p);
    p = PutOwnText(field.kind, ids_[i], p);
    values.texts.Take(std::copy(after.begin(), after.end(), p));
  }
}

void ColumnBatch::FillOfCalls(const StoredColumn& column,
                              std::span<const Record> records,
                              std::size_t first, ColumnValues& values) {
  std::uint32_t* const index = values.index.data() + first;
  const auto each = [&](const auto& index_of) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      index[i] = index_of(call_of_[i], records[i]);
    }
  };
  switch (column.field().kind) {
    case FieldKind::kCorrelationId:
      each([&](std::uint32_t call, const Record& record) {
        return calls_.CorrelationOf(call, record);
      });
      break;
    case FieldKind::kCallerAddress:
      each([&](std::uint32_t call, const Record&) {
        return calls_.CallerOf(call);
      });
      break;
    case FieldKind::kServerCallId:
      each([&](std::uint32_t call, const Record& record) {
        return calls_.ServerCallOf(call, record.ByteAt(column.field().at),
                                   record);
      });
      break;
    default: {
      const bool has_nulls = column.may_be_null;
      each([&](std::uint32_t call, const Record& record) {
        if (record.connected()) return calls_.ConnectionOf(call);
        return has_nulls ? 0 : calls_.NoConnection();
      });
      break;
    }
  }
  if (!column.may_be_null) return;
  MarkEach(first, records.size(), values, [&](std::size_t i) {
    return column.field().kind != FieldKind::kConnectionId ||
           records[i].connected();
  });
}

}  // namespace busyhour::internal
