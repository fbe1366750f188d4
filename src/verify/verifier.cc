#include "verify/verifier.h"

#include <algorithm>
#include <cstring>

#include "base/guid.h"

namespace busyhour {
namespace {

// After so many records in a row that could not be taken at once, it is not
// tried for a while.
constexpr int kMissesInARow = 8;
constexpr int kSkipped = 64;
constexpr std::size_t kNowhere = ~std::size_t{0};

// The names before a record's own id, as objects are written.
struct IdKey {
  std::string plain;  // `"operationId":"`
  std::string page;   // `"OperationId": "`
};
const IdKey& IdKeyOf(LogType log, Shape shape) {
  static const auto keys = [] {
    std::array<PerLog<IdKey>, kShapeCount> made;
    for (const Shape each_shape : kShapes) {
      for (const LogType each : kLogTypes) {
        for (const Column& column : Columns(each, each_shape)) {
          if (!IsOwnId(*column.field)) continue;
          const std::string name = '"' + std::string(column.name) + "\":";
          made[static_cast<std::size_t>(each_shape)][each] = {name + '"',
                                                              name + " \""};
        }
      }
    }
    return made;
  }();
  return keys[static_cast<std::size_t>(shape)][log];
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

// The log that a file's name says.
std::optional<LogType> LogOfName(std::string_view name) {
  const std::string_view file = name.substr(name.find_last_of('/') + 1);
  for (const LogInfo& log : Logs()) {
    if (file.find(log.category) != std::string_view::npos) return log.log;
  }
  return std::nullopt;
}

}  // namespace

Verifier::Verifier(const Cast& cast, Shape preferred, SentRecords& sent,
                   const VerifyOptions& options)
    : cast_(cast),
      sent_(sent),
      options_(options),
      speller_(cast),
      comparer_(speller_, options),
      recognizer_(cast, sent, speller_, comparer_),
      unwrapper_(preferred, options),
      counter_(cast, sent, comparer_, options.examples),
      exact_text_(speller_.max_record_bytes() + kTextPadding) {}

Verifier::~Verifier() = default;

void Verifier::Read(InputBytes::Source source, const std::string& name) {
  counter_.BeginInput(name, LogOfName(name));
  shape_.reset();
  first_id_.fill(kNowhere);
  misses_ = skip_ = 0;
  others_ = doubtful_ = 0;
  InputBytes input([&](char* to, std::size_t size) { return source(to, size); },
                   options_.max_inflated);
  RecordReader reader(input, options_.max_record, *this);
  reader.Run();
  counter_.AddBytes(reader.byte_counts());
}

void Verifier::NoteUnreadable(const std::string& name, const std::string& why) {
  counter_.BeginInput(name, std::nullopt);
  counter_.CountBroken({}, 0, why);
}

Verdict Verifier::Finish() {
  Verdict verdict = counter_.Finish();
  if (!options_.arrival.empty() && !verdict.latency) verdict.latency.emplace();
  return verdict;
}

std::size_t Verifier::TakeExact(const char* p, const char* end,
                                std::uint64_t line) {
  // What says when it arrived says more than was sent.
  if (!shape_ || *p != '{' || !options_.arrival.empty()) return 0;
  if (skip_ > 0) {
    --skip_;
    return 0;
  }
  const bool is_page = p + 1 < end && p[1] == '\n';
  if (is_page && *shape_ != Shape::kPortal) return 0;
  const Encoder& encoder = is_page ? speller_.page() : speller_.object(*shape_);
  const std::string_view window(p, std::min(static_cast<std::size_t>(end - p),
                                            encoder.max_record_bytes()));
  std::string_view looked_for;
  std::optional<Identity> identity;
  CallHandle call;
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
      call = {};
      // Seldom before the first place where it has been.
      const std::size_t first = first_id_[log];
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
      if (guid) identity = cast_.cipher().Decrypt(*guid);
      if (identity) call = sent_.Find({identity->slot, identity->ordinal});
    }
    if (!call || identity->kind != OwnKind(log)) continue;
    for (std::size_t record = 0; record < call->records.size(); ++record) {
      const Record& sent = call->records[record];
      if (sent.log() != log || SubjectOf(sent) != identity->sequence ||
          SentRecords::IsDropped(*call, record)) {
        continue;
      }
      const std::string_view text =
          speller_.Spell(*call, record, encoder, exact_text_.data());
      if (text.size() > static_cast<std::size_t>(end - p) ||
          std::memcmp(p, text.data(), text.size()) != 0) {
        continue;
      }
      misses_ = 0;
      last_log_ = log;
      std::size_t& first = first_id_[log];
      first = std::min(first, found_at);
      counter_.Count(*call, record, line);
      return text.size();
    }
  }
  if (++misses_ >= kMissesInARow) {
    misses_ = 0;
    skip_ = kSkipped;
  }
  return 0;
}

bool Verifier::TakeLine(std::string_view line, std::uint64_t number) {
  return TakeKnown(line, number);
}

bool Verifier::TakeKnown(std::string_view text, std::uint64_t line) {
  const auto known = sent_.FindText(text);
  if (!known) return false;
  counter_.Count(*known->call, known->record, line, known->is_sure);
  return true;
}

bool Verifier::TakeKnownInside(const ReceivedRecord& wrapper,
                               std::uint64_t line) {
  if (!sent_.knows_texts()) return false;
  for (const ReceivedRecord::Value& value : wrapper.values) {
    if (value.kind == ValueKind::kText && TakeKnown(value.text, line)) {
      return true;
    }
  }
  return false;
}

bool Verifier::TakeObject(std::string_view text, std::uint64_t line) {
  if (TakeKnown(text, line)) return true;
  std::string why;
  if (!reader_.ReadObject(text, record_, why)) {
    counter_.CountBroken(text, line, why);
    return false;
  }
  return Take(record_, text, nullptr, line);
}

bool Verifier::TakeRow(std::string_view text,
                       const std::vector<std::string>& columns,
                       std::uint64_t line) {
  if (TakeKnown(text, line)) return true;
  std::string why;
  if (!reader_.ReadRow(text, columns, record_, why)) {
    counter_.CountBroken(text, line, why);
    return false;
  }
  return Take(record_, text, &speller_.query(), line);
}

bool Verifier::TakeCells(std::string_view text,
                         const std::vector<std::string_view>& cells,
                         const std::vector<std::string>& columns,
                         std::uint64_t line) {
  record_.Clear();
  record_.is_text = true;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    record_.values.push_back({columns[i], 0, ValueKind::kText, cells[i]});
  }
  return Take(record_, text, &speller_.portal_csv(), line);
}

void Verifier::TakeBroken(std::string_view text, std::uint64_t line,
                          const std::string& why) {
  counter_.CountBroken(text, line, why);
}

bool Verifier::IsRecord(std::string_view text) {
  std::string why;
  if (!reader_.ReadObject(text, record_, why)) return false;
  unwrapper_.Rename(record_);
  return unwrapper_.IsRecord(record_);
}

bool Verifier::Take(ReceivedRecord& received, std::string_view text,
                    const Encoder* encoder, std::uint64_t line) {
  ReceivedRecord* record = &received;
  std::optional<ArrivalTime> arrival = ArrivalOf(received);
  unwrapper_.Rename(received);
  const std::optional<Detected>* const found = unwrapper_.Unwrap(record);
  if ((found == nullptr || !*found) && TakeKnownInside(received, line))
    return true;
  if (found == nullptr) {
    counter_.CountBroken(text, line,
                         "has no record at " + PointerText(options_.at));
    return false;
  }
  if (!*found) {
    counter_.CountForeign({}, {}, "has not the names of any of our logs", line);
    return true;
  }
  const Detected& detected = **found;
  if (record->objects.size() > 0 && detected.object == 0 &&
      record == &record_ && encoder == nullptr) {
    shape_ = detected.shape;
  }
  if (record->is_text && detected.shape == Shape::kTable) {
    encoder = &speller_.table_csv();
  }
  Recognized recognized =
      recognizer_.Recognize(*record, detected, text, encoder);
  std::optional<Match>& match = recognized.match;
  const bool was_dropped =
      match && SentRecords::IsDropped(*match->call, match->record);
  if (!match || IsForeign(match->difference.owner) || was_dropped) {
    if (!was_dropped && TakeKnownInside(received, line)) return true;
    counter_.CountForeign(
        detected.log, recognized.own_id,
        was_dropped ? "was not sent: a fault has dropped it"
        : match     ? "bears our ids, and is otherwise of another profile"
        : recognized.decoded ? "was not sent: the job has no such record"
                             : "bears no id of this job",
        line);
    if (recognized.decoded) ++others_;
    return true;
  }
  if (match->difference.owner != Owner::kOurs) ++doubtful_;
  last_log_ = match->call->records[match->record].log();
  if (match->difference.columns != 0) {
    counter_.CountAltered(*match, *record, detected, line);
  }
  const bool is_first = counter_.Count(*match->call, match->record, line);
  if (!is_first || options_.arrival.empty()) return true;
  if (!arrival && record != &received) arrival = ArrivalOf(*record);
  counter_.CountArrival(match->call->records[match->record], arrival);
  return true;
}

bool Verifier::IsForeign(Owner owner) const {
  // What is around it says whose it is, where it says too little itself.
  const std::uint64_t others = others_ + doubtful_;
  const std::uint64_t ours = counter_.ours() - doubtful_;
  return owner == Owner::kForeign ||
         (owner == Owner::kLikelyForeign && others >= ours) ||
         (owner == Owner::kLikelyOurs && others > ours);
}

std::optional<ArrivalTime> Verifier::ArrivalOf(
    const ReceivedRecord& record) const {
  if (options_.arrival.empty()) return std::nullopt;
  const ReceivedRecord::Value* const value = ValueAt(record, options_.arrival);
  return value == nullptr ? std::nullopt : ReadArrival(*value);
}

}  // namespace busyhour
