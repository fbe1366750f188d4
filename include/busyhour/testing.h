#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "busyhour/call.h"
#include "busyhour/error.h"
#include "busyhour/receiver.h"
#include "busyhour/verify.h"
#include "busyhour/write.h"

// What tests of a pipeline or a parser need, for GoogleTest with GoogleMock:
//
//   TEST(PipelineTest, KeepsEverything) {
//     const busyhour::Job job({.calls = 100});
//     const std::string output = Pipeline(busyhour::WriteText(job));
//     EXPECT_THAT(output, busyhour::testing::ArrivedWhole(job));
//   }
//
// All functions are for any thread.

namespace busyhour {

/// GoogleTest shows verdicts as `busyhour verify` does, with examples.
inline void PrintTo(const Verdict& verdict, std::ostream* out) {
  *out << verdict.text;
}

/// GoogleTest shows values by their names in the documentation.
inline void PrintTo(LogType log, std::ostream* out) { *out << NameOf(log); }
inline void PrintTo(Operation operation, std::ostream* out) {
  *out << NameOf(operation);
}
inline void PrintTo(Outcome outcome, std::ostream* out) {
  *out << NameOf(outcome);
}
inline void PrintTo(ResultType type, std::ostream* out) {
  *out << NameOf(type);
}
inline void PrintTo(ParticipantKind kind, std::ostream* out) {
  *out << NameOf(kind);
}
inline void PrintTo(AttemptEnd end, std::ostream* out) { *out << NameOf(end); }
inline void PrintTo(Modality modality, std::ostream* out) {
  *out << NameOf(modality);
}
inline void PrintTo(StreamingEnd end, std::ostream* out) {
  *out << NameOf(end);
}

/// A time as the logs have it: `2026-03-02T08:00:00.000Z`.
inline std::string TextOf(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text;
  const auto add = [&text](std::int64_t number, std::size_t digits, char end) {
    const std::string written = std::to_string(number);
    text.append(digits - std::min(digits, written.size()), '0');
    text.append(written) += end;
  };
  add(static_cast<int>(date.year()), 4, '-');
  add(static_cast<unsigned>(date.month()), 2, '-');
  add(static_cast<unsigned>(date.day()), 2, 'T');
  add(clock.hours().count(), 2, ':');
  add(clock.minutes().count(), 2, ':');
  add(clock.seconds().count(), 2, '.');
  add(clock.subseconds().count(), 3, 'Z');
  return text;
}

/// GoogleTest shows what happened in a call as one line for each thing.
inline void PrintTo(const Participant& participant, std::ostream* out) {
  *out << NameOf(participant.kind) << ' ' << participant.id << ", joined "
       << TextOf(participant.joined) << ", left " << TextOf(participant.left);
}
inline void PrintTo(const Request& request, std::ostream* out) {
  *out << NameOf(request.operation) << ", status " << request.status
       << ", sent " << TextOf(request.sent) << ", answered after "
       << request.duration.count() << " ms";
}
inline void PrintTo(const MediaEnd& media, std::ostream* out) {
  *out << NameOf(media.outcome) << ", " << NameOf(media.result) << ' '
       << media.code << '/' << media.subcode << ", of request " << media.request
       << ", ended " << TextOf(media.ended);
}
inline void PrintTo(const Ring& ring, std::ostream* out) {
  *out << NameOf(ring.outcome) << ", of request " << ring.request << ", at "
       << TextOf(ring.at);
}
inline void PrintTo(const Session& session, std::ostream* out) {
  *out << NameOf(session.modality) << ", " << NameOf(session.end) << ", began "
       << TextOf(session.began) << ", ended " << TextOf(session.ended);
}
inline void PrintTo(const Call& call, std::ostream* out) {
  *out << (call.inbound ? "inbound" : "outbound") << " call "
       << call.correlation_id << " of flow " << call.flow << ", "
       << NameOf(call.end) << ", attempted " << TextOf(call.attempted);
  if (call.answered) *out << ", answered " << TextOf(*call.answered);
  *out << ", ended " << TextOf(call.ended);
  const auto show = [out](const char* what, const auto& list) {
    for (const auto& each : list) {
      *out << "\n  " << what << ' ';
      PrintTo(each, out);
    }
  };
  show("participant", call.participants);
  show("request", call.requests);
  show("media", call.media);
  show("ring", call.rings);
  show("session", call.sessions);
  *out << "\n  " << call.records.size() << " records";
}

/// GoogleTest shows a problem by its text.
inline void PrintTo(const Problem& problem, std::ostream* out) {
  *out << problem.Text();
}

/// GoogleTest shows a record by its text.
inline void PrintTo(const Record& record, std::ostream* out) {
  *out << record.Text();
}
inline void PrintTo(const VerifyCounts& counts, std::ostream* out) {
  *out << counts.lost << " lost, " << counts.duplicated << " duplicated, "
       << counts.altered << " altered, " << counts.foreign << " foreign, "
       << counts.undecodable << " undecodable of " << counts.sent << " records";
}

/// GoogleTest shows what a receiver has kept: the first bodies, and the start
/// of each.
inline void PrintTo(const Receiver& receiver, std::ostream* out) {
  constexpr std::size_t kMostBodies = 5;
  constexpr std::size_t kMostBytes = 500;
  const std::vector<std::string> bodies = receiver.bodies();
  *out << "a receiver of " << receiver.requests() << " requests that kept "
       << bodies.size() << " bodies";
  for (std::size_t i = 0; i < std::min(bodies.size(), kMostBodies); ++i) {
    *out << "\n" << bodies[i].substr(0, kMostBytes);
    if (bodies[i].size() > kMostBytes) {
      *out << "... (" << bodies[i].size() << " bytes)";
    }
  }
  if (bodies.size() > kMostBodies) *out << "\n...";
}

namespace testing {

/// The verdict on what was received in several inputs, such as the bodies of
/// requests.
///
///   const busyhour::Job job({.calls = 100});
///   const std::vector<std::string> bodies = {busyhour::WriteText(job)};
///   std::cout << busyhour::testing::VerdictOn(job, bodies).passed;  // 1
inline Verdict VerdictOn(const Job& job, const std::vector<std::string>& inputs,
                         const VerifyOptions& options = {}) {
  Verifier verifier(job, options);
  std::size_t number = 0;
  for (const std::string& input : inputs) {
    verifier.Read(input, "input " + std::to_string(++number));
  }
  return verifier.Finish();
}
inline Verdict VerdictOn(const Job& job, std::string_view input,
                         const VerifyOptions& options = {}) {
  return Verify(job, input, options);
}
inline Verdict VerdictOn(const Job& job, const Receiver& receiver,
                         const VerifyOptions& options = {}) {
  return VerdictOn(job, receiver.bodies(), options);
}

/// Matches received data with a verdict that `matcher` matches: a text, the
/// bodies of a `Receiver`, or a list of texts.
///
///   const busyhour::Job job({.calls = 100});
///   EXPECT_THAT("", busyhour::testing::Received(
///                       job, busyhour::testing::Lost(::testing::Gt(0u))));
class Received {
 public:
  using is_gtest_matcher = void;

  Received(Job job, ::testing::Matcher<const Verdict&> matcher,
           VerifyOptions options = {})
      : job_(std::move(job)),
        matcher_(std::move(matcher)),
        options_(std::move(options)) {}

  template <class Inputs>
  bool MatchAndExplain(const Inputs& inputs,
                       ::testing::MatchResultListener* listener) const {
    const Verdict verdict = VerdictOn(job_, inputs, options_);
    if (listener->stream() != nullptr) {
      *listener << "with the verdict ";
      PrintTo(verdict, listener->stream());
    }
    return matcher_.Matches(verdict);
  }
  void DescribeTo(std::ostream* out) const {
    *out << "is received with a verdict that ";
    matcher_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const {
    *out << "is received with a verdict that ";
    matcher_.DescribeNegationTo(out);
  }

 private:
  Job job_;
  ::testing::Matcher<const Verdict&> matcher_;
  VerifyOptions options_;
};

/// Matches a verdict that has passed.
///
///   const busyhour::Job job({.calls = 100});
///   EXPECT_THAT(busyhour::Verify(job, busyhour::WriteText(job)),
///               busyhour::testing::Passed());
inline ::testing::Matcher<const Verdict&> Passed() {
  return ::testing::Field("passed", &Verdict::passed, true);
}

/// Matches a verdict by a count of all logs' records: a number, or a matcher of
/// one. `name` is for messages.
///
///   const busyhour::Job job({.calls = 100});
///   EXPECT_THAT(busyhour::Verify(job, busyhour::WriteText(job)),
///               busyhour::testing::Counted(
///                   "intact", &busyhour::VerifyCounts::intact, 899));
inline ::testing::Matcher<const Verdict&> Counted(
    const std::string& name, std::uint64_t VerifyCounts::*count,
    ::testing::Matcher<std::uint64_t> matcher) {
  return ::testing::Field("total", &Verdict::total,
                          ::testing::Field(name, count, std::move(matcher)));
}

/// By the records that were sent but never received.
///
///   const busyhour::Job job({.calls = 100});
///   EXPECT_THAT(busyhour::Verify(job, busyhour::WriteText(job)),
///               busyhour::testing::Lost(0));
inline ::testing::Matcher<const Verdict&> Lost(
    ::testing::Matcher<std::uint64_t> count) {
  return Counted("lost", &VerifyCounts::lost, std::move(count));
}
/// By the copies beyond the first.
///
///   const busyhour::Job job({.calls = 100});
///   const std::string text = busyhour::WriteText(job);
///   EXPECT_THAT(busyhour::Verify(job, text + text),
///               busyhour::testing::Duplicated(::testing::Gt(100u)));
inline ::testing::Matcher<const Verdict&> Duplicated(
    ::testing::Matcher<std::uint64_t> count) {
  return Counted("duplicated", &VerifyCounts::duplicated, std::move(count));
}
/// By the records that differ from what was sent.
inline ::testing::Matcher<const Verdict&> Altered(
    ::testing::Matcher<std::uint64_t> count) {
  return Counted("altered", &VerifyCounts::altered, std::move(count));
}
/// By the records that the job has not sent.
inline ::testing::Matcher<const Verdict&> Foreign(
    ::testing::Matcher<std::uint64_t> count) {
  return Counted("foreign", &VerifyCounts::foreign, std::move(count));
}
/// By what is not a record.
inline ::testing::Matcher<const Verdict&> Undecodable(
    ::testing::Matcher<std::uint64_t> count) {
  return Counted("undecodable", &VerifyCounts::undecodable, std::move(count));
}
/// As `Altered(0)`: what arrived is unaltered, even if that is nothing.
inline ::testing::Matcher<const Verdict&> NoneAltered() { return Altered(0); }

/// Matches received data that has each record of the job once, unaltered, and
/// nothing else, in any shape, frame and order. If it fails, GoogleTest shows
/// all received data and then the verdict;
/// `EXPECT_THAT(VerdictOn(job, data), Passed())` shows the verdict alone.
///
///   const busyhour::Job job({.calls = 100});
///   EXPECT_THAT(busyhour::WriteText(job),
///               busyhour::testing::ArrivedWhole(job));
inline Received ArrivedWhole(const Job& job,
                             const VerifyOptions& options = {}) {
  return {job, Passed(), options};
}

/// The first call of a job in which something happened, in the words of
/// docs/find.md. Throws `InputError` if the expression is wrong, or if it finds
/// no such call.
///
///   const busyhour::Call call =
///       busyhour::testing::CallWhere("initial_silence and duration > 30s");
///   EXPECT_GT(call.ended - call.attempted, std::chrono::seconds(30));
/// `options` can limit the calls further: by `where`, and to those of a
/// `duration`.
inline Call CallWhere(const std::string& expression, JobOptions options = {}) {
  if (expression.empty()) {
    throw InputError("CallWhere", "the expression is empty");
  }
  options.where = options.where.empty()
                      ? expression
                      : "(" + options.where + ") and (" + expression + ")";
  if (options.duration.empty()) options.calls = 1;
  std::optional<Call> call = Calls(Job(options)).Next();
  if (!call) throw InputError("CallWhere", "no call has " + options.where);
  return *std::move(call);
}

/// The records of a call as lines of JSON, in a shape, or in that of its job.
///
///   const auto call = busyhour::testing::CallWhere("initial_silence");
///   EXPECT_THAT(busyhour::testing::LinesOf(call, "table"),
///               ::testing::HasSubstr("\"ResultSubcode\":8510"));
inline std::string LinesOf(const Call& call, std::string_view shape = {}) {
  std::string lines;
  for (const Record& record : call.records) lines += record.Text(shape) + '\n';
  return lines;
}

}  // namespace testing
}  // namespace busyhour

/// GoogleTest shows times, also those of a `Value`, as the logs have them. They
/// are of the standard library, so no `PrintTo` of ours is found for them.
template <>
class testing::internal::UniversalPrinter<busyhour::Time> {
 public:
  static void Print(const busyhour::Time& time, std::ostream* out) {
    *out << busyhour::TextOf(time);
  }
};
