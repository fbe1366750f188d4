// Verifies any bytes as the received records of a job.
//
// The first three bytes select how the rest is read:
//
//   0  bits: strict 1 | at 2 | arrival 4 | fields 8 | map 16 | until 32 |
//      unfinished streams 64 | small records 128
//   1  bytes per read, minus one
//   2  bits: max_inflated small 1 | two inputs 2 | faults are expected 4 |
//      a job of thousands of calls 8 | the rest is a recipe 16 | all
//      treatments 32 | dates are day first 64
//
// A recipe consists of steps of six bytes. Each selects the next record, its
// call, and which of its ids are replaced by the ids of another call.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "base/guid.h"
#include "logs/field_names.h"
#include "profile/load.h"
#include "verify/sent_encoder.h"
#include "verify/verdict_json.h"
#include "verify/verifier.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kHeadBytes = 3;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// The plan, cast and job that all inputs share.
struct FuzzedJob {
  explicit FuzzedJob(std::uint64_t call_count)
      : worlds(LoadProfile("quickstart"), 1, {}),
        job(JobOf(worlds[0].plan, call_count)) {
    SentRecords sent(worlds, {job});
    sent.EachUnmarked([&](const SentCall& call, std::size_t record) {
      if (record == 0) calls.push_back(call.key);
      return true;
    });
  }

  static Job JobOf(const Plan& plan, std::uint64_t call_count) {
    Job job;
    job.start = plan.profile().traffic.start;
    job.extent = {Extent::Kind::kCalls, call_count};
    // Like `--fault kind=0.05` for each kind, in order.
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      FaultRule rule;
      rule.kind = static_cast<FaultKind>(i);
      rule.rate = 0.05;
      job.faults.push_back(rule);
    }
    return job;
  }

  const Worlds worlds;
  const Job job;
  std::vector<CallKey> calls;
};

// The lines that a recipe produces.
std::string Cooked(const FuzzedJob& world, const std::uint8_t* data,
                   std::size_t size) {
  constexpr std::size_t kStepBytes = 6;
  SentRecords sent(world.worlds, {world.job});
  SentEncoder encoder(world.worlds, world.job.logs);
  const auto call_at = [&](const std::uint8_t* bytes) {
    const std::size_t number = std::size_t{bytes[0]} << 8 | bytes[1];
    return sent.Find(world.calls[number % world.calls.size()]);
  };
  std::string text;
  for (; size >= kStepBytes; size -= kStepBytes, data += kStepBytes) {
    const CallHandle call = call_at(data);
    const CallHandle other = call_at(data + 4);
    const std::uint8_t how = data[3];
    const Shape shape = kShapes[how >> 4 & 3];
    const std::size_t record = data[2] % call->records.size();
    std::string line(encoder.Encode(*call, record, encoder.object(shape)));
    const auto replace = [&line](const Guid& id, const Guid& by) {
      const std::size_t at = line.find(FormatGuid(id));
      if (at != std::string::npos) {
        line.replace(at, kGuidTextBytes, FormatGuid(by));
      }
    };
    const Record& sent_record = call->records[record];
    const Record& other_record =
        other->records[(how & 3) % other->records.size()];
    if ((how & 4) != 0) {
      replace(world.worlds[0].cast.IdsOf(sent_record).id,
              world.worlds[0].cast.IdsOf(other_record).id);
    }
    if ((how & 8) != 0) {
      replace(world.worlds[0].cast.CorrelationOf(call->key,
                                                 sent_record.correlation_epoch),
              world.worlds[0].cast.CorrelationOf(other->key, 0));
    }
    if ((how & 64) != 0) line.erase(line.size() / 2, how % 40u);
    text += line;
    if ((how & 128) == 0) text += '\n';
  }
  return text;
}

void Verify(const FuzzedJob& world, const std::uint8_t* head,
            const std::uint8_t* data, std::size_t size) {
  const std::uint8_t how = head[0];
  const std::size_t step = std::size_t{head[1]} + 1;
  const std::uint8_t more = head[2];
  VerifyOptions options;
  options.strict = (how & 1) != 0;
  if ((how & 2) != 0) options.reading.at = {"event"};
  if ((how & 4) != 0) options.reading.arrival = {"at"};
  if ((how & 8) != 0) options.fields = FieldsNamed("durationMs");
  if ((how & 16) != 0) {
    options.reading.names.renamed = {{"took", {"took"}, "durationMs"}};
    options.reading.names.dropped = FieldsNamed("uri");
  }
  options.reading.max_record = (how & 128) != 0 ? 512 : 1 << 14;
  options.reading.max_inflated = (more & 1) != 0 ? 5000 : 1 << 20;
  for (int i = 0; i < kTreatmentCount && (more & 32) != 0; ++i) {
    options.equality.treatments.Add(static_cast<Treatment>(i));
  }
  if ((more & 64) != 0) options.equality.date_order = DateOrder::kDayFirst;
  options.examples = 2;
  SentSoFar so_far;
  if ((how & 32) != 0) so_far.until = SimTime{world.job.start.ms + 20'000};
  if ((how & 64) != 0) {
    so_far.streams.push_back(std::vector<StreamExtent>{{LogSet::All(), 17}});
  }
  SentRecords sent(world.worlds, {world.job}, so_far, (more & 4) != 0);
  Verifier verifier(world.worlds, Shape::kResourceLog, sent, options);
  const std::size_t first = (more & 2) != 0 ? size / 2 : size;
  const auto read = [&](std::size_t begin, std::size_t end) {
    verifier.Read(
        [=](char* to, std::size_t most) mutable -> long {
          const std::size_t count = std::min({step, most, end - begin});
          std::memcpy(to, data + begin, count);
          begin += count;
          return static_cast<long>(count);
        },
        "Usage.jsonl");
  };
  read(0, first);
  if (first < size) read(first, size);
  const Verdict verdict = verifier.Finish();

  const auto law = [](const VerifyCounts& counts) {
    const std::uint64_t first =
        counts.intact + counts.altered - counts.altered_copies;
    return first + counts.lost == counts.sent &&
           first + counts.duplicated + counts.foreign == counts.received;
  };
  for (const VerifyCounts& counts : verdict.logs) {
    Require(law(counts), "the counts add up");
    Require(counts.altered <= counts.received, "altered <= received");
  }
  Require(law(verdict.total), "the same in all");
  Require(
      std::accumulate(verdict.byte_counts.begin(), verdict.byte_counts.end(),
                      std::uint64_t{0}) == verdict.bytes,
      "every byte is counted");
  Require(
      verdict.total.undecodable > 0 ||
          verdict.byte_counts[static_cast<std::size_t>(ByteClass::kBroken)] ==
              0,
      "what is broken is told");
  Require(verdict.examples.size() <= 2 * kVerifyCountCount,
          "examples are bounded");
  Require(VerdictJson(verdict, Allowance()).size() < (1 << 20),
          "reports are bounded");
}

}  // namespace
}  // namespace busyhour::internal

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const busyhour::internal::FuzzedJob few(6);
  static const busyhour::internal::FuzzedJob many(2500);
  if (size < busyhour::internal::kHeadBytes) return -1;
  const busyhour::internal::FuzzedJob& world = (data[2] & 8) != 0 ? many : few;
  const std::uint8_t* const rest = data + busyhour::internal::kHeadBytes;
  size -= busyhour::internal::kHeadBytes;
  if ((data[2] & 16) == 0) {
    busyhour::internal::Verify(world, data, rest, size);
    return 0;
  }
  const std::string text = busyhour::internal::Cooked(world, rest, size);
  busyhour::internal::Verify(world, data,
                             reinterpret_cast<const std::uint8_t*>(text.data()),
                             text.size());
  return 0;
}
