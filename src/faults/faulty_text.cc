#include "faults/faulty_text.h"

#include <cstddef>
#include <optional>
#include <span>

namespace busyhour::internal {

std::string_view FaultyText::Encode(const Record& record, const RecordIds& ids,
                                    const CallImage& image) {
  space_.resize(encoder_.max_record_bytes());
  const char* const end = encoder_.Encode(record, ids, image, space_.data());
  return RowAlone(
      {space_.data(), static_cast<std::size_t>(end - space_.data())}, rows_);
}

std::string_view FaultyText::Write(const Record& record, const RecordIds& ids,
                                   const CallImage& image) {
  const std::optional<TextFault> fault =
      record.damaged() ? faults_.Of(record).text : std::nullopt;
  const std::span<const Column> columns = Columns(record.log(), job_.shape);
  text_.clear();
  if (!fault) {
    text_ = Encode(record, ids, image);
  } else if (fault->skew_ms != 0) {
    text_ = Encode(Skewed(record, fault->skew_ms), ids, image);
  } else {
    damager_.Apply(*fault, Encode(record, ids, image), rows_.style, columns,
                   text_);
  }
  if (!record.is_cut()) return text_;
  const std::optional<TextFault> cut = faults_.CutOf(record);
  if (!cut) return text_;
  cut_.clear();
  damager_.Apply(*cut, text_, rows_.style, columns, cut_);
  return cut_;
}

std::uint64_t FaultyText::StruckColumns(const Record& record,
                                        const RecordIds& ids,
                                        const CallImage& image,
                                        const TextFault& fault) {
  return damager_.StruckColumns(fault, Encode(record, ids, image), rows_.style);
}

}  // namespace busyhour::internal
