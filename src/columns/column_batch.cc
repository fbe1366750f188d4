#include "columns/column_batch.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "columns/fixed_point.h"
#include "encode/put.h"
#include "logs/recording_id.h"

namespace busyhour::internal {
namespace {

// Powers of ten are exact, and a quotient is rounded once.
double DoubleOf(FixedPoint decimal) noexcept {
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
  for (std::size_t i = 0; i < records.size(); ++i) {
    take(i, letters, at == Field::kSameInAll ? 0 : records[i].ByteAt(at));
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
  if (texts.empty()) return "";
  return texts[record.resource()]
              [at == Field::kSameInAll ? 0 : record.ByteAt(at)];
}

}  // namespace

void ColumnBatch::Begin(const LogColumns& columns, std::size_t most) {
  columns_ = &columns;
  rows_ = 0;
  values_.resize(columns.columns().size());
  Reserve(most);
  SetDictionaries();
  if (columns.has_calls()) calls_.Begin(columns.has_facts());
}

void ColumnBatch::Append(std::span<const Record> records) {
  while (!records.empty()) {
    const std::size_t count = std::min(kRowsAtOnce, records.size());
    FillRows(records.first(count));
    records = records.subspan(count);
  }
}

void ColumnBatch::FillRows(std::span<const Record> records) {
  FindIdsAndCalls(records);
  if (columns_->has_billed()) {
    columns_->known_billed().Sum(records, billed_.data());
  }
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const LogColumns::Each& column = columns_->columns()[i];
    FillColumn(column, records, values_[i]);
    if (column.is_measured) AddBilled(column, records, values_[i]);
  }
  rows_ += records.size();
}

void ColumnBatch::Reserve(std::size_t rows) {
  // Columns of other logs follow, so that nothing is released.
  const auto enlarge = [](auto& list, std::size_t size) {
    if (list.size() < size) list.resize(size);
  };
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const StoredColumn& stored = columns_->columns()[i].stored;
    ColumnValues& values = values_[i];
    values.nulls = 0;
    values.texts.Clear();
    if (stored.may_be_null) enlarge(values.present, rows);
    if (stored.has_byte_index()) {
      enlarge(values.fixed, rows);
    } else if (stored.dictionary != Dictionary::kNone) {
      enlarge(values.index, rows);
    } else {
      enlarge(values.fixed, rows * WidthOf(stored.stored));
    }
  }
}

void ColumnBatch::SetDictionaries() {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const LogColumns::Each& column = columns_->columns()[i];
    const ByteStrings*& dictionary = values_[i].dictionary;
    dictionary = nullptr;
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
  if (columns_->has_ids()) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      worlds.CastOf(records[i]).SetIds(records[i], ids_[i]);
    }
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
                             std::span<const Record> records,
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
      return FillAlphabet(column, records, values);
    case FieldKind::kOptionalTime:
      MarkEach(rows_, rows, values,
               [&](std::size_t i) { return word_at(i) != kNoValue; });
      [[fallthrough]];
    case FieldKind::kTime:
      return PutEach<std::int64_t>(rows_, rows, values, [&](std::size_t i) {
        return records[i].At(word_at(i)).ms;
      });
    case FieldKind::kShortTime:
      return PutEach<std::int64_t>(rows_, rows, values, [&](std::size_t i) {
        return records[i].At(records[i].HalfAt(field.at)).ms;
      });
    case FieldKind::kArrival:
      return PutEach<std::int64_t>(rows_, rows, values, [&](std::size_t i) {
        return records[i].arrival().ms;
      });
    case FieldKind::kMilliseconds:
      return PutEach<std::int64_t>(rows_, rows, values, word_at);
    case FieldKind::kCount:
      return PutEach<std::int32_t>(rows_, rows, values, [&](std::size_t i) {
        return records[i].HalfAt(field.at);
      });
    case FieldKind::kSeconds:
      MarkEach(rows_, rows, values, [&](std::size_t i) {
        return SecondsIn(word_at(i)) != kNoSeconds;
      });
      return PutEach<std::int32_t>(rows_, rows, values, [&](std::size_t i) {
        return static_cast<std::int32_t>(SecondsIn(word_at(i)));
      });
    case FieldKind::kFineSeconds:
    case FieldKind::kMinutes:
    case FieldKind::kFineMilliseconds:
      return PutEach<double>(rows_, rows, values, [&](std::size_t i) {
        return DoubleOf(FixedPointOf(field, records[i],
                                     worlds_.CastOf(records[i]).vocabulary()));
      });
    case FieldKind::kBilledSize:
      return PutEach<double>(rows_, rows, values, [&](std::size_t i) {
        return static_cast<double>(billed_[i]);
      });
    case FieldKind::kOwnId:
      return FillGuids(column, records, &RecordIds::id, values);
    case FieldKind::kOtherId:
      return FillGuids(column, records, &RecordIds::other, values);
    case FieldKind::kItemId:
      return FillGuids(column, records, &RecordIds::item, values);
    case FieldKind::kUserId:
    case FieldKind::kRecordingId:
      return FillTexts(column, records, values);
    case FieldKind::kCorrelationId:
    case FieldKind::kConnectionId:
    case FieldKind::kServerCallId:
    case FieldKind::kCallerAddress:
      return FillOfCalls(stored, records, values);
  }
}

void ColumnBatch::FillAlphabet(const LogColumns::Each& column,
                               std::span<const Record> records,
                               ColumnValues& values) {
  const StoredColumn& stored = column.stored;
  const Alphabet& alphabet = *column.alphabet;
  const auto set_each = [&](auto* indices) {
    using Index = std::decay_t<decltype(*indices)>;
    if (alphabet.resources() == 1 && stored.field().at == Field::kSameInAll) {
      std::fill_n(indices, records.size(),
                  static_cast<Index>(alphabet.OfResource(0).index[0]));
      return;
    }
    EachLetter(
        column, records,
        [&](std::size_t i, const Alphabet::Letters& letters, std::size_t byte) {
          indices[i] = static_cast<Index>(letters.index[byte]);
        });
  };
  if (stored.dictionary == Dictionary::kAlphabet && stored.is_large) {
    set_each(values.index.data() + rows_);
  } else {
    set_each(values.fixed.data() + rows_);
  }
  if (!stored.may_be_null) return;
  std::uint8_t* const present = values.present.data() + rows_;
  std::size_t nulls = 0;
  EachLetter(
      column, records,
      [&](std::size_t i, const Alphabet::Letters& letters, std::size_t byte) {
        present[i] = letters.present[byte];
        nulls += 1u - letters.present[byte];
      });
  values.nulls += nulls;
}

void ColumnBatch::FillGuids(const LogColumns::Each& column,
                            std::span<const Record> records,
                            Guid RecordIds::*id, ColumnValues& values) {
  if (column.stored.stored == Stored::kText) {
    return FillTexts(column, records, values);
  }
  char* p = reinterpret_cast<char*>(values.fixed.data()) +
            rows_ * WidthOf(Stored::kUuid);
  for (std::size_t i = 0; i < records.size(); ++i) {
    p = PutGuidAs(GuidForm::kUuid, ids_[i].*id, p);
  }
  if (!column.stored.may_be_null) return;
  MarkEach(rows_, records.size(), values,
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
  values.texts.AddEach(
      records.size(), column.most_around + kRecordingIdBytes + kSlackBytes,
      [&](std::size_t i, char* p) {
        const std::string_view before =
            TextAt(column.before, records[i], field.at);
        if (before == kMissingText) return PutText(columns_->missing_text(), p);
        p = PutOwnText(field.kind, ids_[i], PutText(before, p));
        return PutText(TextAt(column.after, records[i], field.after_at), p);
      });
}

void ColumnBatch::FillOfCalls(const StoredColumn& column,
                              std::span<const Record> records,
                              ColumnValues& values) {
  std::uint32_t* const indices = values.index.data() + rows_;
  const std::span<const std::uint32_t> calls(call_of_.data(), records.size());
  switch (column.field().kind) {
    case FieldKind::kCorrelationId:
      calls_.PutCorrelations(records, calls, indices);
      break;
    case FieldKind::kCallerAddress:
      calls_.PutCallers(calls, indices);
      break;
    case FieldKind::kServerCallId:
      calls_.PutServerCalls(records, calls, column.field().at, indices);
      break;
    default:
      calls_.PutConnections(records, calls, column.may_be_null, indices);
      break;
  }
  if (!column.may_be_null) return;
  MarkEach(rows_, records.size(), values, [&](std::size_t i) {
    return column.field().kind != FieldKind::kConnectionId ||
           records[i].connected();
  });
}

}  // namespace busyhour::internal
