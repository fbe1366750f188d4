#include "verify/comparer.h"

#include "verify/record_reader.h"

namespace busyhour {
namespace {

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

}  // namespace

Comparer::Comparer(const Speller& speller, const VerifyOptions& options)
    : speller_(speller),
      options_(options),
      text_(speller.max_record_bytes() + kTextPadding) {
  compared_.fill(options.fields.empty());
  for (const Field field : options.fields) {
    compared_[static_cast<std::size_t>(field)] = true;
  }
  for (const Field field : options.names.dropped) {
    compared_[static_cast<std::size_t>(field)] = false;
  }
}

const ReceivedRecord& Comparer::Expected(SentCall& call, std::size_t record,
                                         Shape shape) {
  const std::string_view text =
      speller_.Spell(call, record, speller_.object(shape), text_.data());
  std::string why;
  reader_.ReadObject(text, expected_, why);
  return expected_;
}

Difference Comparer::Compare(SentCall& call, std::size_t record,
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
  const std::uint64_t struck =
      call.faults.empty() ? 0 : call.faults[record].struck;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Field field = columns[i].field;
    if ((struck >> static_cast<int>(field) & 1) != 0) continue;
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

}  // namespace busyhour
