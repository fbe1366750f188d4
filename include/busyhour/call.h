#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "busyhour/iterator.h"
#include "busyhour/record.h"

namespace busyhour {

/// Someone's time in a call.
struct Participant {
  ParticipantKind kind = ParticipantKind::kApp;
  /// As in the usage log: `4:+15550100123`.
  std::string id;
  Time joined;
  Time left;
};

/// A request that the application made.
struct Request {
  Operation operation = Operation::kGetCall;
  int status = 0;  ///< of its HTTP answer
  Time sent;
  std::chrono::milliseconds duration{0};  ///< until the answer
  /// `OperationId` in the logs; empty if such operations have none.
  std::string operation_id;

  bool succeeded() const noexcept { return status < 400; }
};

/// How an accepted play or recognize ended.
struct MediaEnd {
  std::size_t request = 0;  ///< index of its request in `Call::requests`
  Outcome outcome = Outcome::kPlayCompleted;
  ResultType result = ResultType::kCompleted;
  int code = 0;     ///< `ResultCode`
  int subcode = 0;  ///< `ResultSubcode`
  Time ended;
};

/// What became of someone who was rung: invited, the target of a transfer, or a
/// callee who did not answer.
struct Ring {
  std::size_t request = 0;  ///< index of its request in `Call::requests`
  /// `kCompleted` or `kVoicemail` if someone answered; else `kNoAnswer`,
  /// `kBusy`, `kDeclined` or `kUnreachable`.
  Outcome outcome = Outcome::kCompleted;
  Time at;
};

/// A session of media streaming or transcription.
struct Session {
  Modality modality = Modality::kAudioMixed;
  StreamingEnd end = StreamingEnd::kStopped;
  Time began;
  Time ended;
};

/// The history of a call, and the records that it leaves in the job's logs. A
/// plain value.
///
///   for (const busyhour::Call& call : busyhour::Calls(busyhour::Job(
///            {.calls = 1, .where = "initial_silence"}))) {
///     for (const busyhour::MediaEnd& media : call.media) {
///       if (media.result != busyhour::ResultType::kCompleted) {
///         std::cout << media.code << '/' << media.subcode;  // 400/8510
///         break;
///       }
///     }
///   }
struct Call {
  /// The first one, if it changes.
  std::string correlation_id;
  std::string connection_id;
  std::string server_call_id;
  std::string flow;  ///< its name in the profile
  bool inbound = true;
  Time attempted;
  std::optional<Time> answered;
  Time ended;
  AttemptEnd end = AttemptEnd::kFailed;
  /// The application, the caller or callee, then those who are added. Empty if
  /// the call was not answered.
  std::vector<Participant> participants;
  std::vector<Request> requests;  ///< in the order of sending
  std::vector<MediaEnd> media;    ///< in the order of their requests
  std::vector<Ring> rings;        ///< in the order of their outcomes
  std::vector<Session> sessions;  ///< in the order in which they began
  /// In the order of their numbers in the call, before faults.
  std::vector<Record> records;
};

/// The calls of a job that leave records in its logs, in the order of their
/// callers' first attempts; the calls of one caller follow each other.
///
///   std::size_t answered = 0;
///   for (const busyhour::Call& call :
///        busyhour::Calls(busyhour::Job({.calls = 50}))) {
///     answered += call.answered.has_value();
///   }
///   std::cout << answered;  // 47
///
/// For one thread.
class Calls {
 public:
  explicit Calls(const Job& job);
  Calls(Calls&&) noexcept;
  Calls& operator=(Calls&&) noexcept;
  ~Calls();

  /// The next call; nothing after the last. Throws `InputError` if simulated
  /// time ends before the job's extent is reached.
  std::optional<Call> Next();

  /// An iterator at the next one.
  NextIterator<Calls, Call> begin() { return NextIterator<Calls, Call>(*this); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace busyhour
