#include "verify/speller.h"

#include <algorithm>

namespace busyhour {
Speller::Speller(const Cast& cast)
    : cast_(cast),
      page_(cast.vocabulary(), Shape::kPortal, {RowStyle::kPage},
            LogSet::All()),
      portal_csv_(cast.vocabulary(), Shape::kPortal, {RowStyle::kCsv},
                  LogSet::All()),
      table_csv_(cast.vocabulary(), Shape::kTable, {RowStyle::kCsv},
                 LogSet::All()),
      query_(cast.vocabulary(), Shape::kTable, {RowStyle::kArray},
             LogSet::All()) {
  for (const Encoder* encoder : {&page_, &portal_csv_, &table_csv_, &query_}) {
    max_record_bytes_ =
        std::max(max_record_bytes_, encoder->max_record_bytes());
  }
  for (const Shape shape : kShapes) {
    auto& encoder = objects_[static_cast<std::size_t>(shape)];
    encoder = std::make_unique<Encoder>(cast.vocabulary(), shape, RowFormat{},
                                        LogSet::All());
    max_record_bytes_ =
        std::max(max_record_bytes_, encoder->max_record_bytes());
  }
}

std::string_view Speller::Spell(SentCall& call, std::size_t record,
                                const Encoder& encoder, char* to) const {
  const Record& sent = call.records[record];
  if (call.image.correlation_epoch != sent.correlation_epoch) {
    call.image.SetCorrelation(
        sent.correlation_epoch,
        cast_.CorrelationOf(call.key, sent.correlation_epoch));
  }
  RecordIds ids;
  cast_.SetIds(sent, ids);
  const std::int32_t skew_ms =
      call.faults.empty() ? 0 : call.faults[record].skew_ms;
  const char* const end = encoder.Encode(
      skew_ms == 0 ? sent : Skewed(sent, skew_ms), ids, call.image, to);
  return {to, static_cast<std::size_t>(end - to)};
}

}  // namespace busyhour
