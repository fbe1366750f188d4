#pragma once

#include <cstdint>
#include <string>

#include "encode/shape.h"
#include "logs/cast.h"
#include "logs/record.h"

namespace busyhour {

/// Says what the fields of records are, one by one and from the record itself:
/// the slow and obvious way, to compare with what was read back.
///
/// Not for use by two threads at once.
class RecordText {
 public:
  /// `cast` must outlive it.
  RecordText(const Cast& cast, Shape shape);

  /// The record that is asked about next; good until then.
  void Take(const Record& record);

  /// The text of a field of the record, as it stands in the shape. Of
  /// `FieldKind::kBilledSize` nothing: it follows from the others.
  std::string Of(const Field& field) const;

 private:
  std::string OfRecord(const Field& field) const;
  std::string Time(std::uint32_t ms) const;

  const Cast& cast_;
  const Vocabulary& vocabulary_;
  const ShapeInfo& shape_;
  const Record* record_ = nullptr;
  RecordIds ids_;
  CallFacts facts_;
};

}  // namespace busyhour
