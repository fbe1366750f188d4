#include "verify/exact_ahead.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sanitized.h"
#include "engine/run_job.h"
#include "read/source.h"
#include "verify/verdict_json.h"
#include "verify/verifier.h"

namespace busyhour::internal {
namespace {

// Longer than the pieces that are read ahead, and so many calls that they are
// prefetched.
constexpr std::uint64_t kCalls = kSanitized ? 600 : 1500;

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::size_t Below(std::size_t limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(state_ >> 33) % limit;
  }

 private:
  std::uint64_t state_;
};

std::string VerdictOn(const Runs& runs, const Job& job,
                      const std::vector<std::string>& inputs, int threads) {
  SentRecords sent(runs.worlds, {job});
  const VerifyOptions options;
  Verifier verifier(runs.worlds, job.shape, sent, options, threads);
  for (const std::string& input : inputs) {
    verifier.Read(SourceOf(input, 100'000), "input");
  }
  return VerdictJson(verifier.Finish(), Allowance{});
}

// The lines with about one in `distance` lost, doubled, cut, changed or moved.
std::string Damaged(const std::string& text, std::size_t distance,
                    std::uint64_t seed) {
  Chance chance(seed);
  std::string damaged, late;
  for (const std::string_view line : LinesOf(text)) {
    std::string received(line);
    switch (chance.Below(5 * distance)) {
      case 0:
        continue;
      case 1:
        damaged.append(received).append("\n");
        break;
      case 2:
        received.resize(chance.Below(received.size()));
        break;
      case 3:
        received[chance.Below(received.size())] = '{';
        break;
      case 4:
        late.append(received).append("\n");
        continue;
    }
    damaged.append(received).append("\n");
  }
  return damaged + late;
}

TEST(ExactAheadTest, TheVerdictDoesNotDependOnTheThreads) {
  const Runs runs(ShippedProfile("contact-center"));
  for (const ShapeInfo& shape : Shapes()) {
    Job job = runs.JobOf(Extent::Kind::kCalls, kCalls);
    job.shape = shape.shape;
    const std::string text = runs.Run(job).bytes;
    const bool is_odd = static_cast<int>(shape.shape) % 2 != 0;
    const std::string damaged = Damaged(text, is_odd ? 10 : 300, 1);
    const int threads = is_odd ? 2 : 5;
    EXPECT_TRUE(VerdictOn(runs, job, {damaged}, threads) ==
                VerdictOn(runs, job, {damaged}, 1))
        << shape.name << ", " << threads << " threads";
  }
}

// Records in arrays, in several inputs, of which one changes its shape midway.
TEST(ExactAheadTest, FramesAndShapesMayChange) {
  const Runs runs(ShippedProfile("quickstart"));
  std::vector<std::string> inputs;
  Job job = runs.JobOf(Extent::Kind::kCalls, kCalls);
  for (const Frame frame : {Frame::kArray, Frame::kEventHub, Frame::kJsonl}) {
    job.frame = frame;
    inputs.push_back(runs.Run(job).bytes);
  }
  job.shape = Shape::kTable;
  inputs.back() += runs.Run(job).bytes;
  const std::string expected = VerdictOn(runs, job, inputs, 1);
  EXPECT_TRUE(VerdictOn(runs, job, inputs, 3) == expected);
}

// An input that is given up before its end does not disturb the next one.
TEST(ExactAheadTest, AnInputMayBeGivenUp) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, kCalls);
  const std::string text = runs.Run(job).bytes;
  SentRecords sent(runs.worlds, {job});
  SharedCalls calls(runs.worlds, sent.calls_to_keep());
  ExactAhead ahead(runs.worlds, sent, calls, 3);
  std::array<char, 1000> some{};
  for (int i = 0; i < 3; ++i) {
    InputBytes input(SourceOf(text), text.size());
    ahead.Begin(input);
    EXPECT_FALSE(ahead.FoundAt(0));
    ahead.Expect(job.shape);
    EXPECT_EQ(ahead.Read(some.data(), some.size()), some.size());
    ASSERT_TRUE(ahead.FoundAt(0));
    EXPECT_EQ(ahead.FoundAt(0)->bytes, text.find('\n'));
  }
}

}  // namespace
}  // namespace busyhour::internal
