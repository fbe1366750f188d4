#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "encode/shape.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// Formats single fields of records directly from the record: slow and simple,
/// as the reference for records that were read back.
///
/// For one thread.
class RecordText {
 public:
  /// `worlds` must outlive this object.
  RecordText(const Worlds& worlds, Shape shape);

  /// Selects the record for the next calls of `Of`. It must stay valid until
  /// then.
  void Take(const Record& record);

  /// The text of a field of the record in the shape; nothing for a missing
  /// value. Empty for `FieldKind::kBilledSize`, which depends on the other
  /// fields.
  std::optional<std::string> Of(const Field& field) const;

 private:
  bool IsMissing(const Field& field) const;
  std::string OfRecord(const Field& field) const;
  std::string Time(SimTime time) const;

  const Worlds& worlds_;
  const ShapeInfo& shape_;
  const Record* record_ = nullptr;
  const Cast* cast_ = nullptr;  // of the record's resource
  RecordIds ids_;
  CallFacts facts_;
};

}  // namespace busyhour::internal
