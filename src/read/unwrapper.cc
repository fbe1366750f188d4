#include "read/unwrapper.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

#include "logs/field_names.h"
#include "read/input_window.h"
#include "read/json_pointer.h"

namespace busyhour::internal {
namespace {

// Records have at least as many column names, unless they were reduced to their
// ids.
constexpr int kSurelyNames = 9;

bool BeginsObject(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  return text.starts_with('{');
}

// The object of a resource log that has most of its values.
constexpr std::string_view kProperties = "properties";

bool IsOneOf(std::string_view name,
             std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool IsToolFrame(const ReceivedRecord& object) {
  const auto is_action = [](const ReceivedRecord::Value& value) {
    return value.object == 1 &&
           IsOneOf(value.name,
                   {"_index", "_id", "_type", "routing", "require_alias"});
  };
  if (object.objects.size() == 2 &&
      IsOneOf(object.objects[1].key, {"create", "index", "update", "delete"})) {
    return std::all_of(object.values.begin(), object.values.end(), is_action);
  }
  // The fragments of a progressive answer have rows without their columns.
  return std::any_of(object.values.begin(), object.values.end(),
                     [](const ReceivedRecord::Value& value) {
                       return value.object == 0 && value.name == "FrameType" &&
                              value.text != "TableFragment";
                     });
}

Unwrapper::Unwrapper(Shape preferred, const ReadOptions& options, NameUse& use)
    : options_(options), use_(use), detector_(preferred) {}

void Unwrapper::Rename(ReceivedRecord& record) {
  busyhour::internal::Rename(options_.names, record, use_);
}

bool Unwrapper::HasRecord(const ReceivedRecord& record) {
  const Unwrapped found = Unwrap(record);
  return found.log != nullptr && found.log->names >= kLeastNames;
}

Unwrapped Unwrapper::Unwrap(const ReceivedRecord& whole) {
  if (!options_.at.empty()) return UnwrapAt(whole);
  const Unwrapped outer = Found(whole);
  // A wrapper may have some column names, too. The object with more of them is
  // the record.
  const int names = outer.log == nullptr ? 0 : outer.log->names;
  if (names >= kSurelyNames) return outer;
  for (const ReceivedRecord::Value& value : whole.values) {
    if (value.kind != ValueKind::kText || !BeginsObject(value.text) ||
        !ParseText(value.text)) {
      continue;
    }
    const Unwrapped inner = Found(inner_);
    if (inner.log != nullptr && inner.log->names > names) return inner;
  }
  return Found(whole);
}

Unwrapped Unwrapper::UnwrapAt(const ReceivedRecord& whole) {
  if (const auto object = ObjectAt(whole, options_.at)) {
    return Found(whole, object);
  }
  // The last name may refer to a text.
  for (const ReceivedRecord::Value& value : whole.values) {
    if (value.name == options_.at.back() && value.kind == ValueKind::kText &&
        ParseText(value.text)) {
      return Found(inner_, 0);
    }
  }
  return {};
}

// The record in the object, with its properties.
Unwrapped Unwrapper::Found(const ReceivedRecord& record,
                           std::optional<int> object) {
  if (Expand(record)) return {&expanded_, Detect(expanded_, object)};
  return {&record, Detect(record, object)};
}

// Whether the properties of the record are a text with an object. Then
// `expanded_` is the record with this object in its place.
bool Unwrapper::Expand(const ReceivedRecord& record) {
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    const ReceivedRecord::Value& value = record.values[i];
    if (value.kind != ValueKind::kText ||
        Likeness(kProperties, value.name) == 0 || !BeginsObject(value.text)) {
      continue;
    }
    properties_text_.assign(value.text);
    properties_text_.append(kTextPadding, ' ');
    std::string why;
    if (!properties_parser_.ParseObject(
            std::string_view(properties_text_).substr(0, value.text.size()),
            properties_, why)) {
      continue;
    }
    Rename(properties_);
    expanded_ = record;
    const auto first = static_cast<int>(record.objects.size());
    expanded_.values[i].name = {};
    for (ReceivedRecord::Object each : properties_.objects) {
      each.parent = each.parent < 0 ? value.object : each.parent + first;
      expanded_.objects.push_back(each);
    }
    expanded_.objects[record.objects.size()].key = kProperties;
    for (ReceivedRecord::Value each : properties_.values) {
      each.object += first;
      expanded_.values.push_back(each);
    }
    return true;
  }
  return false;
}

// Parses a text that may contain an object into `inner_`.
bool Unwrapper::ParseText(std::string_view text) {
  text_.assign(text);
  text_.append(kTextPadding, ' ');
  std::string why;
  if (!parser_.ParseObject(std::string_view(text_).substr(0, text.size()),
                           inner_, why)) {
    return false;
  }
  Rename(inner_);
  return true;
}

// The result is valid until the next call.
const DetectedLog* Unwrapper::Detect(const ReceivedRecord& record,
                                     std::optional<int> object) {
  const std::optional<DetectedLog>& found = detector_.Detect(record, object);
  return found ? &*found : nullptr;
}

}  // namespace busyhour::internal
