#include "verify/sent_call.h"

#include <algorithm>
#include <optional>
#include <span>

#include "verify/sent_records.h"

namespace busyhour::internal {

CallMaker::CallMaker(const Worlds& worlds, const SentRecords& sent)
    : worlds_(worlds), sent_(sent) {
  for (const SentRecords::Part& part : sent.parts_) {
    scribes_.push_back(std::make_unique<Scribe>(worlds, part.job));
  }
}

bool CallMaker::Make(CallKey key, SentCall& call) {
  for (std::uint32_t shard = 0; shard < scribes_.size(); ++shard) {
    const SentRecords::Part& part = sent_.parts_[shard];
    const auto place =
        part.sent->Has(key) ? part.sent->Find(key) : std::nullopt;
    if (!place) continue;
    if (!Copy(key, *place, *part.sent, call) &&
        !Simulate(key, *place, *scribes_[shard], call)) {
      return false;
    }
    call.key = key;
    call.shard = shard;
    call.faults.clear();
    if (part.expects) {
      for (Record& record : call.records) {
        call.faults.push_back(part.truth->FaultOf(record));
        record.delivery_ms += call.faults.back().late_ms;
      }
    }
    call.image.call = 0;
    const Cast& cast = worlds_.CastOf(key);
    call.image.SetFacts(cast.FactsOf(key));
    call.image.SetCorrelation(0, cast.CorrelationOf(key, 0));
    return true;
  }
  return false;
}

bool CallMaker::Copy(CallKey key, const SentPart::Place& place,
                     const SentPart& part, SentCall& call) {
  const auto is_of_call = [key](const Record& record) {
    return record.call() == key;
  };
  const std::span<const Record> kept = part.KeptOf(key.resource, place);
  const auto begin = std::find_if(kept.begin(), kept.end(), is_of_call);
  if (begin == kept.end()) return false;
  const auto end = std::find_if_not(begin, kept.end(), is_of_call);
  call.records.Assign({begin, end});
  call.first_mark =
      place.first_mark + static_cast<std::uint64_t>(begin - kept.begin());
  return true;
}

bool CallMaker::Simulate(CallKey key, const SentPart::Place& place,
                         Scribe& scribe, SentCall& call) {
  made_.clear();
  const Call* simulated = &scribe.Simulate(key.First());
  scribe.AppendRecords(0, made_);
  std::size_t before = 0;
  while (simulated->key != key) {
    before += made_.size();
    made_.clear();
    simulated = scribe.SimulateNext();
    if (simulated == nullptr) return false;
    scribe.AppendRecords(0, made_);
  }
  call.records.Assign(made_);
  call.first_mark = place.first_mark + before;
  return before + made_.size() <= place.records;
}

}  // namespace busyhour::internal
