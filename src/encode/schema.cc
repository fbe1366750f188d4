#include "encode/schema.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "catalog/media.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "encode/shape.h"

namespace busyhour {
namespace {

constexpr std::string_view kGuid =
    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
constexpr std::string_view kIsoTime =
    "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{7}Z";
constexpr std::string_view kPortalTime =
    "([1-9]|1[0-2])/([1-9]|[12][0-9]|3[01])/[0-9]{4}, "
    "([1-9]|1[0-2]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3} [AP]M";
constexpr std::string_view kBase64 =
    "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?";
constexpr std::string_view kOctet =
    "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
constexpr std::string_view kUser =
    "(4:\\+[1-9][0-9]{6,14}|8:[a-z]+:[0-9a-f_-]+)";

/// What a value must be like, whether it is a text or a number.
struct Rule {
  std::string_view meaning;
  /// Of the whole text; empty for any.
  std::string pattern = {};
  /// All that it can be; empty for anything.
  std::vector<std::string> words = {};
};

std::string OrNothing(std::string_view pattern) {
  return '(' + std::string(pattern) + ")?";
}

std::string Ipv4Pattern() {
  const std::string octet(kOctet);
  return '(' + octet + "\\.){3}" + octet;
}

std::vector<std::string> OperationNames(LogType log) {
  if (log == LogType::kMediaSummary) return {"Play", "Recognize"};
  std::vector<std::string> names;
  for (const OperationInfo& info : Operations()) names.emplace_back(info.name);
  return names;
}

// What a play or a prompt can play, with both words for text.
std::vector<std::string> SourceNames() {
  std::vector<std::string> names = {"Text"};
  for (std::size_t i = 0; i < kSourceCount; ++i) {
    names.emplace_back(SourceName(static_cast<Source>(i)));
  }
  return names;
}

std::vector<std::string> SubOperationNames() {
  std::vector<std::string> names = SourceNames();
  for (std::size_t i = 1; i < kInputCount; ++i) {
    names.emplace_back(InputName(static_cast<Input>(i)));
  }
  return names;
}

// What `text_of` says of every outcome that a media summary can report, each
// once.
template <class TextOf>
std::vector<std::string> OfMediaOutcomes(TextOf text_of) {
  std::vector<std::string> texts;
  for (const OutcomeInfo& info : Outcomes()) {
    if (info.code == 0) continue;
    std::string text = text_of(info);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

std::vector<std::string> MediaCodes() {
  return OfMediaOutcomes(
      [](const OutcomeInfo& info) { return std::to_string(info.code); });
}

std::string ResourcePattern(bool is_upper) {
  return is_upper ? "/SUBSCRIPTIONS/[0-9A-F-]{36}/RESOURCEGROUPS/[^/a-z]+"
                    "/PROVIDERS/MICROSOFT\\.COMMUNICATION"
                    "/COMMUNICATIONSERVICES/[^/a-z]+"
                  : "/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/A-Z]+"
                    "/providers/microsoft\\.communication"
                    "/communicationservices/[^/A-Z]+";
}

Rule RuleOf(Field field, LogType log, const ShapeInfo& shape) {
  const bool is_media = log == LogType::kMediaSummary;
  const std::string guid(kGuid);
  const std::string time(shape.time == TimeFormat::kIso ? kIsoTime
                                                        : kPortalTime);
  const std::vector<std::string> flag = {std::string(shape.yes),
                                         std::string(shape.no)};
  switch (field) {
    case Field::kTime:
      return {"When it happened, UTC.", time};
    case Field::kLevel:
      return {"How serious it is.",
              {},
              {"Informational", "Warning", "Error", "Critical"}};
    case Field::kCorrelationId:
      return {"The same in all records about one stretch of a call.", guid};
    case Field::kOperationName:
      if (log == LogType::kUsage) return {"The kind of usage event."};
      return {is_media ? "The media operation that ended." : "The request.",
              {},
              OperationNames(log)};
    case Field::kOperationVersion:
      return {log == LogType::kUsage ? "Version of the usage event."
                                     : "The request's api-version."};
    case Field::kResultType:
      if (is_media) {
        return {"How it ended.", {}, {"Completed", "Canceled", "Failed"}};
      }
      return {"Whether it was accepted.", {}, {"Succeeded", "Failed"}};
    case Field::kResultSignature:
      if (is_media) return {"The result code.", {}, MediaCodes()};
      return {"HTTP status of the answer.", "[1-5][0-9]{2}"};
    case Field::kDurationMs:
      return {is_media ? "Length of the media operation, in milliseconds."
                       : "Time until the answer, in milliseconds.",
              "[0-9]+"};
    case Field::kCallerIpAddress:
      return {"Address of the application's server.", Ipv4Pattern()};
    case Field::kUri:
      return {"Host that the request went to.", "[a-z0-9-]+(\\.[a-z0-9-]+)+"};
    case Field::kCallConnectionId:
      return {
          "The application's connection to the call; empty when there was "
          "none.",
          OrNothing(guid)};
    case Field::kServerCallId:
      return {
          "The call, as the service knows it: Base64 of a URL; empty when "
          "there was no call.",
          std::string(kBase64)};
    case Field::kSdkVersion:
      return {"Version of the SDK; empty when unknown."};
    case Field::kSdkType:
      return {"Language of the SDK."};
    case Field::kSubOperationName:
      return {"What a play plays, or a recognize listens for; else empty.",
              {},
              SubOperationNames()};
    case Field::kOperationId:
      return {"Joins a request with its media summary.",
              is_media ? guid : OrNothing(guid)};
    case Field::kPromptSource:
      return {"What a recognize's prompt plays; empty without one.",
              {},
              SourceNames()};
    case Field::kInLoop:
      return {"Whether the play was to repeat.", {}, flag};
    case Field::kToParticipant:
      return {"Whether it was for one participant only.", {}, flag};
    case Field::kInterrupted:
      return {"Whether the caller cut the prompt short.", {}, flag};
    case Field::kResultCode:
      return {"Class of the result, like an HTTP status.", {}, MediaCodes()};
    case Field::kResultSubcode:
      return {"The result.", {}, OfMediaOutcomes([](const OutcomeInfo& info) {
                return std::to_string(info.subcode);
              })};
    case Field::kResultMessage:
      return {"The result in words.",
              {},
              OfMediaOutcomes([](const OutcomeInfo& info) {
                return std::string(info.message);
              })};
    case Field::kRecordId:
      return {"Unique to this record.", guid};
    case Field::kUsageType:
      return {"The service that was used."};
    case Field::kUnitType:
      return {"What the quantity counts."};
    case Field::kQuantity:
      return {"How much was used.", "(0|[1-9][0-9]*)(\\.[0-9]{0,5}[1-9])?"};
    case Field::kStartTime:
      return {"When the participant was connected, UTC.", time};
    case Field::kEndTime:
      return {"When the participant left, UTC.", time};
    case Field::kParticipantId:
      return {"The participant in this call.", guid};
    case Field::kUserIdA:
      return {"Raw id of the user who took part.", std::string(kUser)};
    case Field::kUserIdB:
      return {"Raw id of the user at the other end, if there is one.",
              OrNothing(kUser)};
    case Field::kCategory:
      return {"Azure's category of the log.",
              {},
              {std::string(Info(log).category)}};
    case Field::kResourceId:
      return {"The communication resource.", ResourcePattern(true)};
    case Field::kTableResourceId:
      return {"The communication resource.", ResourcePattern(false)};
    case Field::kSubscriptionId:
      return {"The resource's subscription.", guid};
    case Field::kWorkspaceId:
      return {"The Log Analytics workspace.", guid};
    case Field::kSourceSystem:
      return {"Where the record was collected.", {}, {"Azure"}};
    case Field::kTableName:
      return {"Name of the table.", {}, {std::string(Info(log).table)}};
    case Field::kIsBillable:
      return {"Whether its ingestion is billed.", {}, {"true"}};
    case Field::kBilledSize:
      return {"Bytes whose ingestion is billed."};
  }
  return {};
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

/// Writes JSON with one member a line.
class JsonWriter {
 public:
  void Open(std::string_view key) {
    Begin(key);
    text_ += '{';
    ++depth_;
    is_first_ = true;
  }
  void Close() {
    --depth_;
    NewLine();
    text_ += '}';
    is_first_ = false;
  }
  /// `json` stands as it is.
  void Member(std::string_view key, std::string_view json) {
    Begin(key);
    text_ += json;
  }
  void Text(std::string_view key, std::string_view text) {
    Member(key, Quoted(text));
  }
  /// `items` stand as they are, each on a line of its own.
  void List(std::string_view key, std::span<const std::string> items) {
    Begin(key);
    text_ += '[';
    ++depth_;
    const char* comma = "";
    for (const std::string& item : items) {
      text_ += comma;
      NewLine();
      text_ += item;
      comma = ",";
    }
    --depth_;
    NewLine();
    text_ += ']';
  }
  std::string Take() { return std::move(text_); }

 private:
  void Begin(std::string_view key) {
    if (!is_first_) text_ += ',';
    if (depth_ > 0) NewLine();
    is_first_ = false;
    if (!key.empty()) text_ += Quoted(key) + ": ";
  }
  void NewLine() { text_.append(1, '\n').append(2 * depth_, ' '); }

  std::string text_;
  std::size_t depth_ = 0;
  bool is_first_ = true;
};

void WriteColumn(const Column& column, LogType log, const ShapeInfo& shape,
                 JsonWriter& json) {
  const Rule rule = RuleOf(column.field, log, shape);
  json.Open(column.name);
  json.Text("description", rule.meaning);
  bool is_text = false;
  switch (column.type) {
    case Type::kString:
    case Type::kDatetime:
      is_text = true;
      json.Text("type", "string");
      break;
    case Type::kInteger:
      json.Text("type", "integer");
      json.Member("minimum", "0");
      break;
    case Type::kReal:
      json.Text("type", "number");
      json.Member("minimum", "0");
      break;
    case Type::kBoolean:
      json.Text("type", "boolean");
      break;
  }
  if (is_text && !rule.pattern.empty()) {
    json.Text("pattern", '^' + rule.pattern + '$');
  }
  if (!rule.words.empty() && column.type != Type::kBoolean) {
    std::vector<std::string> words = rule.words;
    if (is_text)
      std::transform(words.begin(), words.end(), words.begin(), Quoted);
    json.List("enum", words);
  }
  json.Close();
}

// An object with exactly these columns, those of one parent as an object of
// their own.
void WriteObject(std::span<const Column> columns, std::string_view parent,
                 LogType log, const ShapeInfo& shape, JsonWriter& json) {
  json.Text("type", "object");
  json.Member("additionalProperties", "false");
  std::vector<std::string> required;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].parent == parent) {
      required.push_back(Quoted(columns[i].name));
    } else if (i == 0 || columns[i - 1].parent != columns[i].parent) {
      required.push_back(Quoted(columns[i].parent));
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
    json.Text("description", "What is particular to this log.");
    WriteObject(columns.subspan(i, end - i), columns[i].parent, log, shape,
                json);
    json.Close();
    i = end;
  }
  json.Close();
}

}  // namespace

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

}  // namespace busyhour
