#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/guid.h"
#include "base/time.h"
#include "logs/log.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {

/// A decimal number: `units` / 10^`decimals`.
struct Number {
  std::int64_t units = 0;
  int decimals = 0;
};

/// The value of a field in a record, independent of shapes: a text or an id, a
/// time, a number, a boolean, or a missing value.
using FieldValue =
    std::variant<std::string_view, SimTime, Number, bool, std::monostate>;

/// The value of a text such as `17`, `0.25` or `3.1E-05`.
Number NumberIn(std::string_view text);

/// Reads the values of records by their fields. For one thread.
class FieldValues {
 public:
  /// `vocabularies` are those of the resources, by number, and must outlive the
  /// values.
  explicit FieldValues(const std::vector<const Vocabulary*>& vocabularies);

  /// Selects a record. `ids` are its ids, `facts` are those of its call, and
  /// `correlation` is the call's id in the record's epoch.
  void Read(const Record& record, const RecordIds& ids, const CallFacts& facts,
            const Guid& correlation);

  /// The value in a column of the record's log. Texts are valid until the next
  /// call.
  FieldValue Of(const Column& column);

 private:
  // The field's own text, or the first part of its value.
  std::string_view TextOf(const Column& column) const;
  // The field's text, followed by `own` and the text after it.
  FieldValue With(const Column& column, std::string_view own);
  std::int64_t BilledBytes();

  // The words of a resource. By the number of the field, and the byte of the
  // record that selects a text.
  struct Words {
    const Vocabulary* vocabulary = nullptr;
    PerLog<std::vector<std::vector<std::string>>> texts;
    PerLog<std::vector<std::vector<std::string>>> after;
  };
  static void Fill(Words& words);

  // Filled when a record of the resource is read.
  std::vector<Words> resources_;
  const Words* words_ = nullptr;  // of the record
  Record record_;
  RecordIds ids_;
  CallFacts facts_;
  Guid correlation_;
  std::string text_;
};

}  // namespace busyhour::internal
