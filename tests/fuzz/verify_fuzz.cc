// Any bytes as what a pipeline let through of a small job.
//
// The first three bytes choose how they are read:
//
//   0  bits: strict 1 | at 2 | arrival 4 | fields 8 | map 16 | until 32 |
//      unfinished streams 64 | small records 128
//   1  how many bytes come at a time, less one
//   2  bits: max_inflated small 1 | two inputs 2 | faults are expected 4

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "logs/field_names.h"
#include "profile/load.h"
#include "verify/verifier.h"

namespace busyhour {
namespace {

constexpr std::size_t kHeadBytes = 3;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// What all inputs have in common.
struct World {
  World()
      : plan(LoadProfile("quickstart")), directory(plan, 1), job(JobOf(plan)) {}

  static Job JobOf(const Plan& plan) {
    Job job;
    job.start = plan.profile().traffic.start;
    job.extent = {Extent::Kind::kCalls, 6};
    // As `--fault kind=0.05` for each kind, in their order.
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      FaultRule rule;
      rule.kind = static_cast<FaultKind>(i);
      rule.rate = 0.05;
      job.faults.push_back(rule);
    }
    return job;
  }

  const Plan plan;
  const Directory directory;
  const Job job;
};

void Verify(const World& world, const std::uint8_t* data, std::size_t size) {
  const std::uint8_t how = data[0];
  const std::size_t step = std::size_t{data[1]} + 1;
  const std::uint8_t more = data[2];
  VerifyOptions options;
  options.strict = (how & 1) != 0;
  if ((how & 2) != 0) options.at = {"event"};
  if ((how & 4) != 0) options.arrival = {"at"};
  if ((how & 8) != 0) options.fields = FieldsNamed("durationMs");
  if ((how & 16) != 0) {
    options.names.renamed["took"] = "durationMs";
    options.names.dropped = FieldsNamed("uri");
  }
  options.max_record = (how & 128) != 0 ? 512 : 1 << 14;
  options.max_inflated = (more & 1) != 0 ? 5000 : 1 << 20;
  options.examples = 2;
  SentSoFar so_far;
  if ((how & 32) != 0) so_far.until = SimTime{world.job.start.ms + 20'000};
  if ((how & 64) != 0) {
    so_far.streams.push_back(
        std::vector<StreamExtent>{{{true, true, true}, 17}});
  }
  SentRecords sent(world.plan, world.directory, {world.job}, so_far,
                   (more & 4) != 0);
  Verifier verifier(world.directory, Shape::kResourceLog, sent, options);
  const std::size_t first =
      (more & 2) != 0 ? kHeadBytes + (size - kHeadBytes) / 2 : size;
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
  read(kHeadBytes, first);
  if (first < size) read(first, size);
  const Verdict verdict = verifier.Finish();

  const auto law = [](const VerifyCounts& counts) {
    return counts.lost + counts.received - counts.duplicated - counts.foreign ==
           counts.sent;
  };
  for (const VerifyCounts& counts : verdict.logs) {
    Require(law(counts), "lost + received - duplicated - foreign == sent");
    Require(counts.altered <= counts.received, "altered <= received");
  }
  Require(law(verdict.total), "the same in all");
  Require(verdict.examples.size() <= 2 * kVerifyCountCount,
          "examples are bounded");
  Require(VerdictJson(verdict, Allowance()).size() < (1 << 20),
          "reports are bounded");
}

}  // namespace
}  // namespace busyhour

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const busyhour::World world;
  if (size < busyhour::kHeadBytes) return -1;
  busyhour::Verify(world, data, size);
  return 0;
}
