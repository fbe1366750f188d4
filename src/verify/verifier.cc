#include "verify/verifier.h"

#include <optional>
#include <string_view>
#include <utility>

namespace busyhour::internal {
namespace {

// The log whose category is in the file name.
std::optional<LogType> LogOfName(std::string_view name) {
  const std::string_view file = name.substr(name.find_last_of('/') + 1);
  for (const LogInfo& log : Logs()) {
    if (file.find(log.category) != std::string_view::npos) return log.log;
  }
  return std::nullopt;
}

}  // namespace

Verifier::Verifier(const Worlds& worlds, Shape preferred, SentRecords& sent,
                   const VerifyOptions& options, int threads)
    : sent_(sent),
      options_(options),
      encoder_(worlds, sent.logs()),
      comparer_(worlds, encoder_, options),
      calls_(worlds, sent.calls_to_keep()),
      exact_matcher_(worlds, sent, calls_),
      matcher_(worlds, sent, encoder_, comparer_),
      counter_(worlds, sent, encoder_, comparer_, options.examples),
      reader_(preferred, options.reading, *this) {
  // Expected damage is looked up by one thread. With arrival times, no record
  // is exactly as it was sent.
  if (threads > 1 && !sent.knows_texts() && options.reading.arrival.empty()) {
    ahead_ = std::make_unique<ExactAhead>(worlds, sent, calls_, threads);
  }
}

Verifier::~Verifier() = default;

void Verifier::Read(const InputBytes::Source& source, const std::string& name) {
  counter_.BeginInput(name, LogOfName(name));
  exact_matcher_.BeginInput();
  others_ = doubtful_ = 0;
  InputBytes input(source, options_.reading.max_inflated);
  if (ahead_) ahead_->Begin(input);
  counter_.AddBytes(
      reader_.Read(ahead_ ? *ahead_ : static_cast<InputText&>(input)));
}

void Verifier::NoteUnreadable(const std::string& name, const std::string& why) {
  counter_.BeginInput(name, std::nullopt);
  counter_.CountBroken({}, 0, why);
}

Verdict Verifier::Finish() {
  Verdict verdict = counter_.Finish();
  if (!options_.reading.arrival.empty() && !verdict.latency)
    verdict.latency.emplace();
  return verdict;
}

std::size_t Verifier::TakeExact(const RecordStart& start) {
  std::optional<ExactMatcher::Found> found;
  RecordStart here = start;
  if (ahead_ && here.offset != RecordStart::kNoOffset) {
    found = ahead_->FoundAt(here.offset);
    // What follows is recognized elsewhere.
    here.offset = RecordStart::kNoOffset;
  }
  if (!found) found = exact_matcher_.Find(here);
  if (!found) return 0;
  if (IsJudged(found->record.record.log())) {
    counter_.Count(found->record, start.line, {});
  }
  return found->bytes;
}

bool Verifier::TakeText(std::string_view text, std::uint64_t line) {
  const auto known = sent_.FindText(text);
  if (!known) return false;
  if (IsJudged(known->call->records[known->record].log())) {
    counter_.Count(known->call->RecordAt(known->record), line,
                   {.is_sure = known->is_sure});
  }
  return true;
}

void Verifier::OnBroken(std::string_view text, std::uint64_t line,
                        const std::string& why) {
  counter_.CountBroken(text, line, why);
}

void Verifier::OnRecord(const Received& received) {
  if (received.log == nullptr) {
    counter_.CountForeign(received, {}, kForeignNoLog);
    return;
  }
  const DetectedLog& detected = *received.log;
  if (received.form == Received::Form::kObject &&
      &received.record == &received.whole && detected.object == 0) {
    Expect(detected.shape);
  }
  MatchResult result = matcher_.Match(received);
  const std::optional<RecordMatch>& match = result.match;
  const bool was_dropped =
      match && SentRecords::IsDropped(*match->call, match->record);
  const LogType log =
      match ? match->call->records[match->record].log() : detected.log;
  if (!IsJudged(log)) return;
  if (!match || was_dropped || IsForeign(match->difference.owner)) {
    TakeForeign(received, result, was_dropped);
    return;
  }
  if (match->difference.owner != Owner::kOurs) ++doubtful_;
  const Record& sent = match->call->records[match->record];
  exact_matcher_.Expect(sent.log());
  const bool is_altered = match->difference.columns != 0;
  if (is_altered) counter_.CountAltered(*match, received);
  const bool is_first =
      counter_.Count(match->call->RecordAt(match->record), received.line,
                     {.is_altered = is_altered});
  if (is_first && !options_.reading.arrival.empty()) {
    counter_.CountArrival(sent, received.arrival);
  }
}

void Verifier::Expect(Shape shape) {
  exact_matcher_.Expect(shape);
  if (ahead_) ahead_->Expect(shape);
}

void Verifier::TakeForeign(const Received& received, const MatchResult& result,
                           bool was_dropped) {
  // It may be the wrapper of a known text.
  if (!was_dropped && TakeTextInside(received.whole, received.line)) return;
  counter_.CountForeign(received, result.own_id,
                        was_dropped      ? kForeignDropped
                        : result.match   ? kForeignOtherProfile
                        : result.decoded ? kForeignNoSuchRecord
                                         : kForeignOtherIds);
  if (result.decoded) ++others_;
}

// Whether the records of a log are judged; counts one that is not.
bool Verifier::IsJudged(LogType log) {
  const bool is_judged = options_.judged.Has(log);
  if (!is_judged) counter_.CountNotJudged();
  return is_judged;
}

bool Verifier::IsForeign(Owner owner) const {
  // If the record alone does not show whether it is foreign, the other records
  // of its input decide.
  const std::uint64_t others = others_ + doubtful_;
  const std::uint64_t ours = counter_.ours() - doubtful_;
  return owner == Owner::kForeign ||
         (owner == Owner::kLikelyForeign && others >= ours) ||
         (owner == Owner::kLikelyOurs && others > ours);
}

}  // namespace busyhour::internal
