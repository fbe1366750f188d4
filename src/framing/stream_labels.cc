#include "framing/stream_labels.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <variant>

#include "base/ascii.h"
#include "base/nearest.h"
#include "base/printable.h"
#include "framing/wrapping.h"
#include "logs/field_names.h"

namespace busyhour::internal {
namespace {

// Loki's rule for the names of labels. Names that begin with `__` are its own.
bool IsLabelName(std::string_view name) {
  return !name.empty() && !IsDigit(name[0]) && !name.starts_with("__") &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsLetterOrDigit(c) || c == '_'; });
}

// Whether the field has few values: one of the texts that its log has.
bool HasFewValues(const Field& field) {
  return field.kind == FieldKind::kText || field.kind == FieldKind::kBoolean ||
         field.kind == FieldKind::kNumber;
}

// The names of the fields with few values, as resource logs spell them.
std::vector<std::string_view> FieldNames() {
  std::vector<std::string_view> names = {"log"};
  for (const LogType log : kLogTypes) {
    for (const Column& column : Columns(log, Shape::kResourceLog)) {
      if (HasFewValues(*column.field)) names.push_back(column.name);
    }
  }
  return names;
}

void AppendValue(const FieldValue& value, std::string& out) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    out += *text;
  } else if (const auto* const number = std::get_if<Number>(&value)) {
    out += std::to_string(number->units);
  } else if (const bool* const yes = std::get_if<bool>(&value)) {
    out += *yes ? "true" : "false";
  }
}

}  // namespace

StreamLabels::StreamLabels() {
  static_cast<void>(Set("service_name", "busyhour"));
  static_cast<void>(Set("category", "{category}"));
}

std::string StreamLabels::ReadField(std::string_view field, Label& label) {
  const bool is_category = SameLetters(field, "category");
  if (is_category || field == "log") {
    for (const LogType log : kLogTypes) {
      label.sources[log].constant =
          is_category ? Info(log).category : Info(log).name;
    }
    return "";
  }
  const PerLog<FieldSet> fields = FieldsNamed(field);
  bool has_few_values = false;
  for (const LogType log : kLogTypes) {
    const std::span<const Field* const> all = Fields(log);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto number = static_cast<FieldNumber>(i);
      if (!fields[log].Has(number) || !HasFewValues(*all[i])) continue;
      Column column{field, all[i]};
      column.number = number;
      label.sources[log].column = column;
      has_few_values = true;
      break;
    }
  }
  if (has_few_values) return "";
  const std::string quoted = "\"{" + Printable(field) + "}\"";
  if (AnyOf(fields)) {
    return quoted +
           " has a value of its own in nearly every record, which would make a "
           "stream of each; use a field with few values, such as "
           "{operationName}";
  }
  const std::string hint = DidYouMean(field, FieldNames());
  return quoted + " is no field of any log" +
         (hint.empty() ? "; use a field with few values, such as {log}, "
                         "{category}, {operationName} or {level}"
                       : hint);
}

std::string StreamLabels::Set(std::string_view name, std::string_view value) {
  if (!IsLabelName(name)) {
    return "\"" + Printable(name) +
           "\" is not the name of a label: letters, digits and _, not "
           "beginning with a digit or __";
  }
  Label label{std::string(name), {}};
  if (value.empty()) return "needs a value: a constant, or a field in braces";
  if (value.starts_with('{') && value.ends_with('}')) {
    std::string reason = ReadField(value.substr(1, value.size() - 2), label);
    if (!reason.empty()) return reason;
  } else {
    std::string constant;
    AppendEscaped(AsUtf8(value), constant);
    for (const LogType log : kLogTypes) {
      label.sources[log].constant = constant;
    }
  }
  const auto at =
      std::find_if(labels_.begin(), labels_.end(),
                   [&](const Label& each) { return each.name == name; });
  if (at == labels_.end()) {
    labels_.push_back(std::move(label));
  } else {
    *at = std::move(label);
  }
  return "";
}

void StreamLabels::Append(LogType log, FieldValues& values,
                          std::string& out) const {
  bool is_first = true;
  for (const Label& label : labels_) {
    const Source& source = label.sources[log];
    const std::size_t before = out.size();
    out += is_first ? "\"" : ",\"";
    out += label.name;
    out += "\":\"";
    const std::size_t begin = out.size();
    if (source.column) {
      AppendValue(values.Of(*source.column), out);
    } else {
      out += source.constant;
    }
    if (out.size() == begin) {
      out.resize(before);
      continue;
    }
    out += '"';
    is_first = false;
  }
}

}  // namespace busyhour::internal
