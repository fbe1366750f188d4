#include "encode/schema.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "encode/json_writer.h"
#include "encode/shape.h"
#include "logs/shared_fields.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kIsoTime =
    "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{7}Z";
constexpr std::string_view kPortalTime =
    "([1-9]|1[0-2])/([1-9]|[12][0-9]|3[01])/[0-9]{4}, "
    "([1-9]|1[0-2]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3} [AP]M";
constexpr std::string_view kIpv4 =
    "((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}"
    "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kInteger:
      return "integer";
    case Type::kReal:
      return "number";
    case Type::kBoolean:
      return "boolean";
    case Type::kString:
    case Type::kDatetime:
      break;
  }
  return "string";
}

// A missing text is a text; any other missing value is null.
void WriteType(const Column& column, JsonWriter& json) {
  const std::string_view type = TypeName(column.type);
  if (column.field->may_be_missing && column.type != Type::kString) {
    const std::vector<std::string> types = {JsonWriter::Quoted(type),
                                            "\"null\""};
    json.List("type", types);
  } else {
    json.Text("type", type);
  }
}

void WriteColumn(const Column& column, LogType log, const ShapeInfo& shape,
                 JsonWriter& json) {
  const Field& field = *column.field;
  json.Open(column.name);
  json.Text("description", field.meaning);
  const bool is_text =
      column.type == Type::kString || column.type == Type::kDatetime;
  WriteType(column, json);
  if (column.type == Type::kInteger || column.type == Type::kReal) {
    json.Member("minimum", "0");
  }
  std::vector<std::string> words;
  if (field.words != nullptr) words = field.words(log);
  if (field.kind == FieldKind::kBoolean) {
    words = {std::string(shape.yes), std::string(shape.no)};
  }
  std::string pattern = PatternOf(field, shape);
  if (field.may_be_empty && !pattern.empty()) pattern = '(' + pattern + ")?";
  const bool has_missing_text =
      field.may_be_missing && column.type == Type::kString;
  if (has_missing_text && !pattern.empty()) {
    pattern = '(' + pattern;
    if (!shape.missing_text.empty()) pattern += '|';
    pattern.append(shape.missing_text).append(")?");
  }
  if (has_missing_text && !words.empty()) {
    words.emplace_back(shape.missing_text);
  }
  if (is_text && words.empty() && !pattern.empty()) {
    json.Text("pattern", '^' + pattern + '$');
  }
  if (!words.empty() && column.type != Type::kBoolean) {
    if (field.may_be_missing && column.type != Type::kString) {
      words.emplace_back("null");
    }
    if (is_text) {
      std::transform(words.begin(), words.end(), words.begin(),
                     JsonWriter::Quoted);
    }
    json.List("enum", words);
  }
  json.Close();
}

// An object with exactly these columns; the columns of one parent are a nested
// object.
void WriteObject(std::span<const Column> columns, std::string_view parent,
                 LogType log, const ShapeInfo& shape, JsonWriter& json) {
  json.Text("type", "object");
  json.Member("additionalProperties", "false");
  std::vector<std::string> required;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].parent == parent) {
      required.push_back(JsonWriter::Quoted(columns[i].name));
    } else if (i == 0 || columns[i - 1].parent != columns[i].parent) {
      required.push_back(JsonWriter::Quoted(columns[i].parent));
    }
  }
  json.List("required", required);
  json.Open("properties");
  for (std::size_t i = 0; i < columns.size();) {
    if (columns[i].parent == parent) {
      WriteColumn(columns[i++], log, shape, json);
      continue;
    }
    std::size_t end = i;
    while (end < columns.size() && columns[end].parent == columns[i].parent) {
      ++end;
    }
    json.Open(columns[i].parent);
    json.Text("description", kObjectMeaning);
    WriteObject(columns.subspan(i, end - i), columns[i].parent, log, shape,
                json);
    json.Close();
    i = end;
  }
  json.Close();
}

}  // namespace

std::string PatternOf(const Field& field, const ShapeInfo& shape) {
  if (!field.pattern.empty()) return std::string(field.pattern);
  switch (field.kind) {
    case FieldKind::kTime:
    case FieldKind::kOptionalTime:
    case FieldKind::kShortTime:
    case FieldKind::kArrival:
      return std::string(shape.time == TimeFormat::kIso ? kIsoTime
                                                        : kPortalTime);
    case FieldKind::kMilliseconds:
    case FieldKind::kCount:
    case FieldKind::kSeconds:
      return "[0-9]+";
    case FieldKind::kFineSeconds:
      return "(0|[1-9][0-9]*)(\\.[0-9]{0,2}[1-9])?";
    case FieldKind::kReal:
      return "(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?(E-0[0-9])?";
    case FieldKind::kRecordingId:
      return "[A-Za-z0-9+/]{162}";
    case FieldKind::kMinutes:
      return "(0|[1-9][0-9]*)(\\.[0-9]{0,5}[1-9])?";
    case FieldKind::kFineMilliseconds:
      return "(0|[1-9][0-9]*)(\\.[0-9]{0,3}[1-9])?";
    case FieldKind::kOwnId:
    case FieldKind::kOtherId:
    case FieldKind::kItemId:
    case FieldKind::kCorrelationId:
    case FieldKind::kConnectionId:
      return std::string(kGuidPattern);
    case FieldKind::kUserId:
      return std::string(kUserPattern);
    case FieldKind::kCallerAddress:
      return std::string(kIpv4);
    case FieldKind::kText:
    case FieldKind::kBoolean:
    case FieldKind::kNumber:
    case FieldKind::kServerCallId:
    case FieldKind::kBilledSize:
      return {};
  }
  return {};
}

std::string RecordSchema(LogType log, Shape shape) {
  const std::string name(Info(log).name);
  const std::string shape_name(Info(shape).name);
  JsonWriter json;
  json.Open("");
  json.Text("$schema", "https://json-schema.org/draft/2020-12/schema");
  json.Text("$id", "urn:busyhour:schema:" + name + ':' + shape_name);
  json.Text("title", std::string(Info(log).category) + ", shape " + shape_name);
  WriteObject(Columns(log, shape), "", log, Info(shape), json);
  json.Close();
  return json.Take() + '\n';
}

}  // namespace busyhour::internal
