#pragma once

#include <optional>
#include <string>

#include "verify/fields.h"
#include "verify/verify_options.h"

namespace busyhour {

/// Finds the record in what was received: in an object of it, or in a text. For
/// one thread.
class Unwrapper {
 public:
  /// Where names fit several shapes, it is `preferred`. `options` must outlive
  /// the unwrapper.
  Unwrapper(Shape preferred, const VerifyOptions& options);

  /// Gives values the names that they had.
  void Rename(ReceivedRecord& record) const;

  /// Whether the object has so many names of ours itself that it is a record.
  bool IsRecord(const ReceivedRecord& record);

  /// What the record inside `record` is; `record` becomes that which stands in
  /// a text. Null when nothing is where the options say. Good until the next
  /// call.
  const std::optional<Detected>* Unwrap(ReceivedRecord*& record);

 private:
  const VerifyOptions& options_;
  Detector detector_;
  FieldReader reader_;
  ReceivedRecord inner_;
  std::string text_;
};

}  // namespace busyhour
