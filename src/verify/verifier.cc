#include "verify/verifier.h"

#include <algorithm>
#include <cstring>

#include "base/guid.h"
#include "base/time.h"
#include "profile/problems.h"

namespace busyhour {
namespace {

constexpr LogType kAllLogs[] = {LogType::kOperational, LogType::kMediaSummary,
                                LogType::kUsage};
// After so many records in a row that could not be taken at once, it is not
// tried for a while.
constexpr int kMissesInARow = 8;
constexpr int kSkipped = 64;
constexpr std::size_t kNowhere = ~std::size_t{0};
constexpr std::size_t kShownCharacters = 120;
constexpr std::size_t kNameCharacters = 4096;

// The names before a record's own id, as objects are written.
struct IdKey {
  std::string plain;  // `"operationId":"`
  std::string page;   // `"OperationId": "`
};
const IdKey& IdKeyOf(LogType log, Shape shape) {
  static const auto keys = [] {
    std::array<std::array<IdKey, kLogTypeCount>, kShapeCount> made;
    for (const Shape each_shape : kShapes) {
      for (const LogType each : kLogTypes) {
        for (const Column& column : Columns(each, each_shape)) {
          if (column.field != Field::kOperationId &&
              column.field != Field::kRecordId) {
            continue;
          }
          const std::string name = '"' + std::string(column.name) + "\":";
          made[static_cast<std::size_t>(each_shape)]
              [static_cast<std::size_t>(each)] = {name + '"', name + " \""};
        }
      }
    }
    return made;
  }();
  return keys[static_cast<std::size_t>(shape)][static_cast<std::size_t>(log)];
}

IdKind OwnKind(LogType log) {
  return log == LogType::kUsage ? IdKind::kUsageRecord : IdKind::kOperation;
}

bool IsOwnId(Field field) {
  return field == Field::kOperationId || field == Field::kRecordId;
}

// What tells one profile's records from another's. Ids are not, for they follow
// from the seed; nor is what all profiles have alike.
bool TellsProfiles(Field field) {
  switch (field) {
    case Field::kTime:
    case Field::kOperationName:
    case Field::kOperationVersion:
    case Field::kResultType:
    case Field::kResultSignature:
    case Field::kDurationMs:
    case Field::kCallerIpAddress:
    case Field::kUri:
    case Field::kSdkVersion:
    case Field::kSdkType:
    case Field::kSubOperationName:
    case Field::kInLoop:
    case Field::kToParticipant:
    case Field::kInterrupted:
    case Field::kPromptSource:
    case Field::kResultCode:
    case Field::kResultSubcode:
    case Field::kResultMessage:
    case Field::kQuantity:
    case Field::kStartTime:
    case Field::kEndTime:
    case Field::kResourceId:
    case Field::kTableResourceId:
    case Field::kServerCallId:
      return true;
    default:
      return false;
  }
}

// Of them, those that no pipeline has a reason to change together. In a server
// call id it is the region.
bool NamesTheJob(Field field) {
  return field == Field::kTime || field == Field::kUri ||
         field == Field::kResourceId || field == Field::kTableResourceId ||
         field == Field::kServerCallId || field == Field::kQuantity;
}

bool IsTime(Field field) {
  return field == Field::kTime || field == Field::kStartTime ||
         field == Field::kEndTime;
}

bool HasPlace(const ReceivedRecord& record, int place) {
  return place >= 0 && static_cast<std::size_t>(place) < record.values.size();
}

std::size_t FindKey(std::string_view text, std::string_view key,
                    std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const void* const found =
      memmem(text.data() + from, text.size() - from, key.data(), key.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(
                                static_cast<const char*>(found) - text.data());
}

std::optional<std::size_t> RecordOf(const SentCall& call, LogType log,
                                    std::uint16_t subject) {
  for (std::size_t i = 0; i < call.records.size(); ++i) {
    if (call.records[i].subject == subject && call.records[i].log() == log) {
      return i;
    }
  }
  return std::nullopt;
}

// Fit for a terminal and for JSON, whatever it was.
std::string Shown(std::string_view text) {
  return Printable(text, kShownCharacters);
}

}  // namespace

Verifier::Verifier(const Directory& directory, Shape preferred,
                   SentRecords& sent, const VerifyOptions& options)
    : directory_(directory),
      sent_(sent),
      options_(options),
      detector_(preferred, options.strict),
      page_encoder_(directory.vocabulary(), Shape::kPortal, Frame::kArray,
                    kAllLogs),
      portal_csv_encoder_(directory.vocabulary(), Shape::kPortal, Frame::kCsv,
                          kAllLogs),
      table_csv_encoder_(directory.vocabulary(), Shape::kTable, Frame::kCsv,
                         kAllLogs),
      query_encoder_(directory.vocabulary(), Shape::kTable, Frame::kQuery,
                     kAllLogs) {
  compared_.fill(options.fields.empty());
  for (const Field field : options.fields) {
    compared_[static_cast<std::size_t>(field)] = true;
  }
  for (const Field field : options.names.dropped) {
    compared_[static_cast<std::size_t>(field)] = false;
  }
  std::size_t most = page_encoder_.max_record_bytes();
  for (const Shape shape : kShapes) {
    auto& encoder = object_encoders_[static_cast<std::size_t>(shape)];
    encoder = std::make_unique<Encoder>(directory.vocabulary(), shape,
                                        Frame::kJsonl, kAllLogs);
    most = std::max(most, encoder->max_record_bytes());
  }
  for (const Encoder* encoder :
       {&portal_csv_encoder_, &table_csv_encoder_, &query_encoder_}) {
    most = std::max(most, encoder->max_record_bytes());
  }
  exact_text_.resize(most + kTextPadding);
  expected_text_.resize(most + kTextPadding);
}

Verifier::~Verifier() = default;

const Encoder& Verifier::ObjectEncoder(Shape shape) {
  return *object_encoders_[static_cast<std::size_t>(shape)];
}

void Verifier::Read(InputBytes::Source source, const std::string& name) {
  input_ = Printable(name, kNameCharacters);
  only_log_.reset();
  several_logs_ = false;
  last_.fill({});
  shape_.reset();
  first_id_.fill(kNowhere);
  misses_ = skip_ = 0;
  ours_ = others_ = 0;
  for (const LogInfo& log : Logs()) {
    const std::string_view file =
        std::string_view(name).substr(name.find_last_of('/') + 1);
    if (file.find(log.category) != std::string_view::npos) only_log_ = log.log;
  }
  InputBytes input([&](char* to, std::size_t size) { return source(to, size); },
                   options_.max_inflated);
  RecordReader reader(input, options_.max_record, *this);
  reader.Run();
  verdict_.bytes += reader.bytes();
}

void Verifier::NoteUnreadable(const std::string& name, const std::string& why) {
  input_ = Printable(name, kNameCharacters);
  only_log_.reset();
  TakeBroken({}, 0, why);
}

// ------------------------------------------------------------- one record

std::string_view Verifier::Spell(SentCall& call, std::size_t record,
                                 const Encoder& encoder, char* to) {
  const Record& sent = call.records[record];
  if (call.image.correlation_epoch != sent.correlation_epoch) {
    call.image.SetCorrelation(
        sent.correlation_epoch,
        directory_.CorrelationOf(call.key, sent.correlation_epoch));
  }
  RecordIds ids;
  directory_.SetIds(sent, ids);
  const char* const end = encoder.Encode(sent, ids, call.image, to);
  std::string_view text(to, static_cast<std::size_t>(end - to));
  // Without what the frame puts around it.
  while (text.front() == ',' || text.front() == '\n') text.remove_prefix(1);
  if (text.back() == '\n') text.remove_suffix(1);
  return text;
}

std::size_t Verifier::TakeExact(const char* p, const char* end,
                                std::uint64_t line) {
  if (!shape_ || *p != '{') return 0;
  if (skip_ > 0) {
    --skip_;
    return 0;
  }
  const bool is_page = p + 1 < end && p[1] == '\n';
  if (is_page && *shape_ != Shape::kPortal) return 0;
  const Encoder& encoder = is_page ? page_encoder_ : ObjectEncoder(*shape_);
  const std::string_view window(p, std::min(static_cast<std::size_t>(end - p),
                                            encoder.max_record_bytes()));
  std::string_view looked_for;
  std::optional<Identity> identity;
  SentCall* call = nullptr;
  std::size_t found_at = 0;
  for (std::size_t i = 0; i < kLogTypeCount; ++i) {
    // That of the last record first.
    const auto log = static_cast<LogType>(
        (static_cast<std::size_t>(last_log_) + i) % kLogTypeCount);
    const IdKey& keys = IdKeyOf(log, *shape_);
    const std::string_view key = is_page ? keys.page : keys.plain;
    if (key != looked_for) {
      looked_for = key;
      identity.reset();
      call = nullptr;
      // Seldom before the first place where it has been.
      const std::size_t first = first_id_[static_cast<std::size_t>(log)];
      std::size_t at = FindKey(window, key, first);
      if (at == std::string_view::npos && first > 0) {
        at = FindKey(window, key, 0);
      }
      if (at == std::string_view::npos) continue;
      found_at = at;
      at += key.size();
      if (at + kGuidTextBytes > window.size()) continue;
      const char* const id = window.data() + at;
      const auto guid = ParseGuid({id, kGuidTextBytes});
      if (guid) identity = directory_.cipher().Decrypt(*guid);
      if (identity) call = sent_.Find({identity->slot, identity->ordinal});
    }
    if (call == nullptr || identity->kind != OwnKind(log)) continue;
    const auto record = RecordOf(*call, log, identity->sequence);
    if (!record) continue;
    const std::string_view text =
        Spell(*call, *record, encoder, exact_text_.data());
    if (text.size() <= static_cast<std::size_t>(end - p) &&
        std::memcmp(p, text.data(), text.size()) == 0) {
      misses_ = 0;
      last_log_ = log;
      std::size_t& first = first_id_[static_cast<std::size_t>(log)];
      first = std::min(first, found_at);
      Count(*call, *record, line);
      return text.size();
    }
  }
  if (++misses_ >= kMissesInARow) {
    misses_ = 0;
    skip_ = kSkipped;
  }
  return 0;
}

void Verifier::TakeObject(std::string_view text, std::uint64_t line) {
  std::string why;
  if (!reader_.ReadObject(text, record_, why)) {
    TakeBroken(text, line, why);
    return;
  }
  Take(record_, text, nullptr, line);
}

void Verifier::TakeRow(std::string_view text,
                       const std::vector<std::string>& columns,
                       std::uint64_t line) {
  std::string why;
  if (!reader_.ReadRow(text, columns, record_, why)) {
    TakeBroken(text, line, why);
    return;
  }
  Take(record_, text, &query_encoder_, line);
}

void Verifier::TakeCells(std::string_view text,
                         const std::vector<std::string_view>& cells,
                         const std::vector<std::string>& columns,
                         std::uint64_t line) {
  record_.Clear();
  record_.is_text = true;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    record_.values.push_back({columns[i], 0, ValueKind::kText, cells[i]});
  }
  Take(record_, text, &portal_csv_encoder_, line);
}

void Verifier::TakeBroken(std::string_view text, std::uint64_t line,
                          const std::string& why) {
  const std::optional<LogType> log = several_logs_ ? std::nullopt : only_log_;
  ++(log ? verdict_.logs[static_cast<std::size_t>(*log)] : verdict_.total)
        .undecodable;
  if (VerifyExample* const example = NewExample("undecodable", log, line)) {
    example->detail = why;
    example->received = Shown(text);
  }
}

void Verifier::Take(ReceivedRecord& received, std::string_view text,
                    const Encoder* encoder, std::uint64_t line) {
  ReceivedRecord* record = &received;
  Rename(received);
  const std::optional<Detected>* const found = Unwrap(record);
  if (found == nullptr) {
    TakeBroken(text, line, "has no record at " + options_.at);
    return;
  }
  if (!*found) {
    CountForeign({}, {}, "has not the names of any of our logs", line);
    return;
  }
  const Detected& detected = **found;
  if (record->objects.size() > 0 && detected.object == 0 &&
      record == &record_ && encoder == nullptr) {
    shape_ = detected.shape;
  }
  if (record->is_text && detected.shape == Shape::kTable) {
    encoder = &table_csv_encoder_;
  }
  bool decoded = false;
  std::optional<Match> match =
      ByOwnId(*record, detected, text, encoder, decoded);
  if (!match && !decoded) match = ByOtherIds(*record, detected);
  if (match && match->difference.is_foreign) {
    // It may be a record that got another's id, and is whole but for that.
    const std::optional<Match> other = ByOtherIds(*record, detected);
    if (other && other->difference.count() == other->difference.own) {
      match = other;
    }
  }
  if (match && match->difference.only_time && others_ > ours_) {
    // Nothing in it names its profile, but those before it were of another.
    match->difference.is_foreign = true;
  }
  if (!match || match->difference.is_foreign) {
    CountForeign(detected.log, OwnId(*record, detected, detected.log),
                 match ? "bears our ids, and is otherwise of another profile"
                 : decoded ? "was not sent: the job has no such record"
                           : "bears no id of this job",
                 line);
    if (decoded) ++others_;
    return;
  }
  last_log_ = match->call->records[match->record].log();
  if (match->difference.columns != 0) {
    CountAltered(*match->call, match->record, match->difference, *record,
                 detected, line);
  }
  Count(*match->call, match->record, line);
}

void Verifier::Rename(ReceivedRecord& record) const {
  if (options_.names.renamed.empty()) return;
  for (ReceivedRecord::Value& value : record.values) {
    const auto at = options_.names.renamed.find(std::string(value.name));
    if (at != options_.names.renamed.end()) value.name = at->second;
  }
}

std::optional<int> Verifier::ObjectAt(const ReceivedRecord& record) const {
  int object = 0;
  std::size_t begin = 1;
  while (begin <= options_.at.size()) {
    const std::size_t end =
        std::min(options_.at.find('/', begin), options_.at.size());
    const std::string_view name =
        std::string_view(options_.at).substr(begin, end - begin);
    const auto next =
        std::find_if(record.objects.begin(), record.objects.end(),
                     [&](const ReceivedRecord::Object& each) {
                       return each.parent == object && each.key == name;
                     });
    if (next == record.objects.end()) return std::nullopt;
    object = static_cast<int>(next - record.objects.begin());
    begin = end + 1;
  }
  return object;
}

const std::optional<Detected>* Verifier::Unwrap(ReceivedRecord*& record) {
  const auto unwrap_text = [&](std::string_view text) {
    inner_text_.assign(text);
    inner_text_.append(kTextPadding, ' ');
    std::string why;
    if (!inner_reader_.ReadObject(
            std::string_view(inner_text_).substr(0, text.size()), inner_,
            why)) {
      return false;
    }
    Rename(inner_);
    return true;
  };
  if (!options_.at.empty()) {
    if (const auto object = ObjectAt(*record)) {
      return &detector_.Detect(*record, object);
    }
    // The last name may be that of a text.
    const std::size_t slash = options_.at.find_last_of('/');
    const std::string name = options_.at.substr(slash + 1);
    for (const ReceivedRecord::Value& value : record->values) {
      if (value.name == name && value.kind == ValueKind::kText &&
          unwrap_text(value.text)) {
        record = &inner_;
        return &detector_.Detect(inner_, 0);
      }
    }
    return nullptr;
  }
  const std::optional<Detected>& detected = detector_.Detect(*record);
  if (detected) return &detected;
  for (const ReceivedRecord::Value& value : record->values) {
    if (value.kind != ValueKind::kText || !value.text.starts_with('{') ||
        !unwrap_text(value.text)) {
      continue;
    }
    const std::optional<Detected>& inner = detector_.Detect(inner_);
    if (!inner) continue;
    record = &inner_;
    return &inner;
  }
  return &detector_.Detect(*record);
}

std::string_view Verifier::OwnId(const ReceivedRecord& record,
                                 const Detected& detected, LogType log) const {
  const auto& places = detected.places[static_cast<std::size_t>(log)];
  const std::span<const Column> columns = Columns(log, detected.shape);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (IsOwnId(columns[i].field) && HasPlace(record, places[i])) {
      return record.values[static_cast<std::size_t>(places[i])].text;
    }
  }
  return {};
}

std::optional<Verifier::Match> Verifier::ByOwnId(const ReceivedRecord& record,
                                                 const Detected& detected,
                                                 std::string_view text,
                                                 const Encoder* encoder,
                                                 bool& decoded) {
  std::optional<Match> best;
  for (const LogType log : kLogTypes) {
    if (!detected.logs[static_cast<std::size_t>(log)]) continue;
    const auto guid = ParseGuid(OwnId(record, detected, log));
    if (!guid) continue;
    const auto identity = directory_.cipher().Decrypt(*guid);
    if (!identity || identity->kind != OwnKind(log)) continue;
    decoded = true;
    SentCall* const call = sent_.Find({identity->slot, identity->ordinal});
    if (call == nullptr) continue;
    const auto number = RecordOf(*call, log, identity->sequence);
    if (!number) continue;
    Match match{call, *number, {}};
    if (encoder == nullptr ||
        Spell(*call, *number, *encoder, exact_text_.data()) != text) {
      match.difference = Compare(*call, *number, record, detected);
    }
    if (!best || match.difference.count() < best->difference.count()) {
      best = match;
    }
  }
  return best;
}

std::optional<CallKey> Verifier::CallNamedBy(std::string_view text) const {
  const auto origin = directory_.OriginOf(text);
  return origin ? origin->call : std::nullopt;
}

std::optional<Verifier::Match> Verifier::ByOtherIds(
    const ReceivedRecord& record, const Detected& detected) {
  std::vector<CallKey> tried;
  for (const ReceivedRecord::Value& value : record.values) {
    if (value.kind != ValueKind::kText) continue;
    const std::optional<CallKey> key = CallNamedBy(value.text);
    if (!key || std::find(tried.begin(), tried.end(), *key) != tried.end()) {
      continue;
    }
    tried.push_back(*key);
    SentCall* const call = sent_.Find(*key);
    if (call == nullptr) continue;
    if (auto match = Nearest(record, detected, *call)) return match;
  }
  return std::nullopt;
}

std::optional<Verifier::Match> Verifier::Nearest(const ReceivedRecord& record,
                                                 const Detected& detected,
                                                 SentCall& call) {
  std::optional<Match> best;
  int best_rank = 0;
  for (std::size_t i = 0; i < call.records.size(); ++i) {
    const LogType log = call.records[i].log();
    if (!detected.logs[static_cast<std::size_t>(log)]) continue;
    Match match{&call, i, Compare(call, i, record, detected)};
    // A copy of one that was received is nearer to that one than to one that
    // was not; where both are as near, it is the other.
    const int rank = 2 * (match.difference.count() - match.difference.own) +
                     (sent_.IsMarked(call, i) ? 1 : 0);
    if (!best || rank < best_rank) {
      best = match;
      best_rank = rank;
    }
  }
  return best;
}

const ReceivedRecord& Verifier::Expected(SentCall& call, std::size_t record,
                                         Shape shape) {
  const std::string_view text =
      Spell(call, record, ObjectEncoder(shape), expected_text_.data());
  std::string why;
  expected_reader_.ReadObject(text, expected_, why);
  return expected_;
}

Verifier::Difference Verifier::Compare(SentCall& call, std::size_t record,
                                       const ReceivedRecord& received,
                                       const Detected& detected) {
  const LogType log = call.records[record].log();
  const ReceivedRecord& expected = Expected(call, record, detected.shape);
  const std::span<const Column> columns = Columns(log, detected.shape);
  const auto& places = detected.places[static_cast<std::size_t>(log)];
  Difference difference;
  int telling_same = 0;
  int telling_other = 0;
  int naming_other = 0;
  bool times_other = false;
  bool has_name = false;  // some column names the resource
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Field field = columns[i].field;
    const bool is_there = HasPlace(received, places[i]);
    has_name = has_name || field == Field::kUri ||
               field == Field::kResourceId || field == Field::kTableResourceId;
    bool same = false;
    if (is_there) {
      const ReceivedRecord::Value& value =
          received.values[static_cast<std::size_t>(places[i])];
      const ReceivedRecord::Value& sent = expected.values[i];
      same = SameValue(field, sent, value, !received.is_text, options_.strict);
      if (TellsProfiles(field)) {
        const bool alike = same || SameValue(field, sent, value, false, false);
        if (!alike && IsTime(field)) {
          times_other = true;  // one clock, one fault
        } else {
          ++(alike ? telling_same : telling_other);
        }
        if (!alike && NamesTheJob(field)) ++naming_other;
      }
    }
    if (!same && IsCompared(field)) {
      difference.columns |= std::uint64_t{1} << i;
      if (IsOwnId(field)) ++difference.own;
    }
  }
  // Under one seed, profiles have the same ids in different histories.
  if (times_other) ++telling_other;
  difference.only_time = times_other && telling_other == 1 && !has_name;
  difference.is_foreign =
      naming_other >= 2 ||
      (telling_other >= 3 && telling_other > telling_same) ||
      (!has_name && times_other && telling_other >= 2);
  return difference;
}

// ------------------------------------------------------------- counting

bool Verifier::Count(const SentCall& call, std::size_t record,
                     std::uint64_t line) {
  const Record& sent = call.records[record];
  const auto log = static_cast<std::size_t>(sent.log());
  if (!only_log_) {
    only_log_ = sent.log();
  } else if (*only_log_ != sent.log()) {
    several_logs_ = true;
  }
  VerifyCounts& counts = verdict_.logs[log];
  ++counts.received;
  ++ours_;
  if (!sent_.Mark(call, record)) {
    ++counts.duplicated;
    if (VerifyExample* const example =
            NewExample("duplicated", sent.log(), line)) {
      example->id = FormatGuid(directory_.IdsOf(sent).id);
      example->time = FormatTime(sent.time());
    }
    return false;
  }
  ++distinct_[log];
  const Position position{sent.delivery().ms, sent.packed >> 6, sent.sequence};
  Position& last = last_[log];
  if (last < position) {
    last = position;
  } else {
    ++counts.out_of_order;
    const std::int64_t late = last.delivery_ms - position.delivery_ms;
    verdict_.out_of_order_ms = std::max(verdict_.out_of_order_ms, late);
    if (VerifyExample* const example =
            NewExample("out_of_order", sent.log(), line)) {
      example->id = FormatGuid(directory_.IdsOf(sent).id);
      example->time = FormatTime(sent.time());
      example->detail = "was sent " + std::to_string(late) +
                        " ms before one that came earlier";
    }
  }
  return true;
}

void Verifier::CountAltered(SentCall& call, std::size_t record,
                            const Difference& difference,
                            const ReceivedRecord& received,
                            const Detected& detected, std::uint64_t line) {
  const Record& sent = call.records[record];
  const auto log = static_cast<std::size_t>(sent.log());
  ++verdict_.logs[log].altered;
  const std::span<const Column> columns = Columns(sent.log(), detected.shape);
  const ReceivedRecord* expected = nullptr;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if ((difference.columns >> i & 1) == 0) continue;
    ++verdict_.altered_fields[log][std::string(columns[i].name)];
    if (VerifyExample* const example =
            NewExample("altered", sent.log(), line)) {
      if (expected == nullptr) {
        expected = &Expected(call, record, detected.shape);
      }
      example->id = FormatGuid(directory_.IdsOf(sent).id);
      example->time = FormatTime(sent.time());
      example->detail = columns[i].name;
      example->sent = Shown(expected->values[i].text);
      const int place = detected.places[log][i];
      example->received =
          place < 0
              ? "(not there)"
              : Shown(received.values[static_cast<std::size_t>(place)].text);
    }
  }
}

void Verifier::CountForeign(std::optional<LogType> log, std::string_view id,
                            const char* why, std::uint64_t line) {
  if (!log && !several_logs_) log = only_log_;
  VerifyCounts& counts =
      log ? verdict_.logs[static_cast<std::size_t>(*log)] : verdict_.total;
  ++counts.received;
  ++counts.foreign;
  if (VerifyExample* const example = NewExample("foreign", log, line)) {
    example->id = Shown(id);
    example->detail = why;
  }
}

VerifyExample* Verifier::NewExample(std::string_view kind,
                                    std::optional<LogType> log,
                                    std::uint64_t line) {
  std::size_t index = 0;
  while (VerifyCountInfos()[index].name != kind) ++index;
  if (shown_[index] >= options_.examples) return nullptr;
  ++shown_[index];
  VerifyExample& example = verdict_.examples.emplace_back();
  example.kind = kind;
  example.log = log;
  if (kind != "lost") example.input = input_;
  example.line = line;
  return &example;
}

Verdict Verifier::Finish() {
  verdict_.calls = sent_.calls();
  bool any_lost = false;
  for (std::size_t i = 0; i < kLogTypeCount; ++i) {
    VerifyCounts& counts = verdict_.logs[i];
    counts.sent = sent_.sent()[i];
    counts.lost = counts.sent - distinct_[i];
    any_lost = any_lost || counts.lost > 0;
    verdict_.total += counts;
  }
  if (any_lost && options_.examples > 0) {
    sent_.EachUnmarked([&](const SentCall& call, std::size_t record) {
      const Record& sent = call.records[record];
      VerifyExample* const example = NewExample("lost", sent.log(), 0);
      if (example == nullptr) return false;
      example->id = FormatGuid(directory_.IdsOf(sent).id);
      example->time = FormatTime(sent.time());
      return true;
    });
  }
  return std::move(verdict_);
}

}  // namespace busyhour
