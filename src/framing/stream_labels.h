#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logs/field_values.h"
#include "logs/log.h"

namespace busyhour::internal {

/// The labels of records in streams, such as those of Loki: a stream contains
/// the records whose labels are the same. A label has a constant value, or that
/// of a field.
class StreamLabels {
 public:
  /// `service_name` is `busyhour`, and `category` is that of the log.
  StreamLabels();

  /// Sets a label to a constant, or to a field in braces: `{operationName}`, in
  /// the spelling of any shape, or `{log}` or `{category}`, the name and
  /// Azure's category of the log. Returns why it is refused; otherwise nothing.
  std::string Set(std::string_view name, std::string_view value);

  /// Appends the labels of the record that `values` have read, as members of a
  /// JSON object. A label is left out if the log has no such field, or if its
  /// value is missing or empty: that is the same to Loki.
  void Append(LogType log, FieldValues& values, std::string& out) const;

 private:
  // The value of a label, by log; a log without the field has neither.
  struct Source {
    std::string constant;  // escaped
    std::optional<Column> column;
  };
  struct Label {
    std::string name;
    PerLog<Source> sources;
  };

  static std::string ReadField(std::string_view field, Label& label);

  std::vector<Label> labels_;
};

}  // namespace busyhour::internal
