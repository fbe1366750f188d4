#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/distribution.h"
#include "base/guid.h"
#include "base/time.h"
#include "catalog/faults.h"
#include "catalog/logs.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/participants.h"
#include "catalog/streaming.h"
#include "profile/call_flow.h"
#include "profile/call_log_settings.h"
#include "profile/incident.h"
#include "profile/mix.h"
#include "profile/redials.h"
#include "profile/traffic.h"
#include "profile/when.h"

// A profile: the user's description of the calls to simulate. Its values are
// plain. profile/load.h checks them and documents the meaning, unit, range,
// default and source of each; docs/profile.md shows this documentation.

namespace busyhour::internal {

struct Resource {
  /// If not set, it is derived from the seed and the names.
  std::optional<Guid> subscription;
  std::string group = "contoso-voice-rg";
  std::string name = "contoso-voice";
  /// The Log Analytics workspace, in the same subscription and group.
  std::string workspace = "contoso-logs";
  /// Name of an Azure region; determines the nodes that carry the calls.
  std::string region = "eastus2";

  friend bool operator==(const Resource&, const Resource&) = default;
};

/// One of several resources of a profile, or several that differ in name and
/// size only.
struct ResourceEntry {
  std::uint32_t count = 1;
  /// Factor on the traffic, for all of them together.
  double size = 1.0;
  /// The exponent by which the size falls with the number of the resource.
  double zipf = 0.0;
  /// What differs from the profile: JSON text of an object with some of its
  /// keys.
  std::string profile = "{}";

  friend bool operator==(const ResourceEntry&, const ResourceEntry&) = default;
};

struct Participants {
  Mix<ParticipantKind> callers = {{ParticipantKind::kPstn, 1.0}};
  /// Number of different agents; each takes part in many calls.
  std::uint32_t agents = 50;
  /// Country of the fictional phone numbers.
  enum class Numbers : std::uint8_t { kUs, kUk } numbers = Numbers::kUs;
  /// The exponent by which the number of a caller's calls falls with its rank;
  /// 0: all callers call equally often.
  double caller_zipf = 1.0;

  friend bool operator==(const Participants&, const Participants&) = default;
};

/// The agents who serve the callers of all flows from one queue.
struct Agents {
  /// How many are on duty in the hours with the most; 0: there is no such
  /// queue, and an agent is always free.
  std::uint32_t on_duty = 0;
  /// Relative numbers by hour of the day and by day of the week, Monday first,
  /// in local time; empty if they are all the same.
  std::vector<double> day;
  std::vector<double> week;

  friend bool operator==(const Agents&, const Agents&) = default;
};

/// A version of the application that makes requests.
struct Client {
  std::string sdk_type;
  std::string sdk_version;
  std::string api_version;
  double weight = 1.0;

  friend bool operator==(const Client&, const Client&) = default;
};

/// How the calls are divided among the application's servers.
struct ServerPoolSettings {
  double skew = 0.3;
  std::int64_t restart_every_ms = kMsPerDay;
  std::int64_t restart_takes_ms = 2 * kMsPerMinute;

  friend bool operator==(const ServerPoolSettings&,
                         const ServerPoolSettings&) = default;
};

/// A change of version, which reaches the servers one after the other.
struct Rollout {
  std::string to;    ///< type and version of a client
  std::string from;  ///< the same; empty for any
  SimTime at;
  std::int64_t over_ms = kMsPerHour;

  friend bool operator==(const Rollout&, const Rollout&) = default;
};

/// The share of times that are bad, and their effect on requests.
struct BadTime {
  double share = 0.0;
  double refusal_factor = 1.0;
  double latency_factor = 1.0;

  friend bool operator==(const BadTime&, const BadTime&) = default;
};

struct BadTimesSettings {
  BadTime minutes{0.004, 15.0, 2.5};
  BadTime servers{0.001, 20.0, 4.0};
  std::int64_t server_length_ms = 10 * kMsPerMinute;

  friend bool operator==(const BadTimesSettings&,
                         const BadTimesSettings&) = default;
};

struct Timing {
  /// From an event to the application's next request.
  DistributionSpec reaction = LognormalMs(120, 0.6, 5, 5'000);
  /// `DurationMs` of an accepted request; if not set, `UsualLatency` of its
  /// operation.
  std::optional<DistributionSpec> api_latency;
  std::vector<std::pair<Operation, DistributionSpec>> api_latency_of;
  /// `DurationMs` of a refused request by status; otherwise
  /// `UsualStatusLatency`.
  std::vector<std::pair<int, DistributionSpec>> status_latency_of;
  /// Factor on the latency of accepted requests at the service's capacity.
  double latency_at_capacity = 3.0;
  /// From an accepted answer or a callee's answer to a connected call.
  DistributionSpec setup = LognormalMs(900, 0.35, 150, 10'000);
  /// How long a callee or invited participant rings before answering.
  DistributionSpec ring = LognormalMs(9'000, 0.55, 1'000, 170'000);
  std::int64_t ring_limit_ms = 45'000;
  /// From an accepted play or recognize to the first sound.
  DistributionSpec media_start = LognormalMs(250, 0.35, 40, 3'000);
  /// From the time at which the sound was due to the report of its failure.
  DistributionSpec media_failure = UniformMs(2'000, 5'000);
  /// From a cancelling request or a hang-up to the report that media stopped.
  DistributionSpec media_stop = LognormalMs(60, 0.4, 5, 1'000);
  /// From the end of a prompt to the caller's answer.
  DistributionSpec response = LognormalMs(1'800, 0.6, 150, 300'000);
  /// Between two tones.
  DistributionSpec tone_gap = LognormalMs(450, 0.45, 80, 60'000);
  DistributionSpec utterance = LognormalMs(2'200, 0.55, 300, 60'000);
  /// From the application's leg to the caller's or callee's.
  DistributionSpec leg_gap = LognormalMs(70, 0.8, 5, 900);
  /// From the end of a call to the release of all its legs.
  DistributionSpec disconnect = UniformMs(800, 1'500);
  std::int64_t longest_call_ms = 4 * kMsPerHour;
  std::uint32_t max_steps = 200;

  friend bool operator==(const Timing&, const Timing&) = default;
};

struct Requests {
  RequestFailures failures{0.004,
                           {{400, 1}, {408, 1}, {429, 2}, {500, 4}, {503, 2}}};
  std::vector<std::pair<Operation, RequestFailures>> failures_of;
  /// Shares of accepted requests that have no effect, as a callback event
  /// tells. Only of operations with such an event: `LaterFailureOf`.
  std::vector<std::pair<Operation, double>> no_effect;
  /// Share of calls in which the application makes one more request before it
  /// learns that the caller has hung up. The request gets 404.
  double late_share = 0.02;

  friend bool operator==(const Requests&, const Requests&) = default;
};

struct Usage {
  /// Whether the application's own leg is billed as a participant.
  bool app_leg = true;
  /// Connected time is rounded up to a multiple of this before it is billed.
  std::int64_t granularity_ms = 1;
  /// From the end of a leg to its usage record.
  DistributionSpec lag = LognormalMs(180'000, 0.5, 10'000, 3'600'000);

  friend bool operator==(const Usage&, const Usage&) = default;
};

/// Media streaming and transcription sessions.
struct Streaming {
  /// Share of the sessions that an error ends, by the error.
  std::vector<std::pair<StreamingEnd, double>> failures = {
      {StreamingEnd::kTranscriptionFailed, 0.001},
      {StreamingEnd::kTranscriptionShutdown, 0.0002},
      {StreamingEnd::kInvalidStreamUrl, 0.0002},
      {StreamingEnd::kMediaStreamingFailed, 0.001}};
  /// From the end of a session to its records.
  DistributionSpec lag = LognormalMs(5'000, 0.6, 500, 120'000);

  friend bool operator==(const Streaming&, const Streaming&) = default;
};

/// From a record's own time to its arrival at the customer.
using Delivery = PerLog<DistributionSpec>;
inline Delivery UsualDelivery() {
  Delivery delivery;
  delivery.fill(LognormalMs(180'000, 0.45, 30'000, 1'200'000));
  return delivery;
}

/// Facts that no source gives; users may know better.
struct Assumptions {
  /// Probability that `CorrelationId` changes when a participant joins or
  /// leaves.
  double correlation_change = 0.5;
  /// Whether 8532 is reported as `Completed` (newer documentation) or `Failed`.
  bool inter_tone_timeout_completes = true;
  /// `TextToSpeech` or `Text`.
  std::string text_source_name = "TextToSpeech";
  /// Whether recording requests are in the operational log.
  bool recording_operations = true;
  /// Whether only plays and recognizes carry an `OperationId`.
  bool media_operation_ids_only = false;
  /// Whether `ServerCallId` has the long host, with a private address as node.
  bool aks_server_call_id = false;
  std::string level_of_success = "Informational";
  std::string level_of_client_failure = "Warning";
  std::string level_of_server_failure = "Error";
  std::string usage_operation_name = "Usage";
  std::string usage_operation_version = "1.0";
  std::string usage_type_pstn = "PSTN";
  std::string usage_type_voip = "Audio";
  std::string usage_unit = "minutes";
  std::string streaming_operation_name = "CallAutomationStreamingUsage";

  friend bool operator==(const Assumptions&, const Assumptions&) = default;
};

/// A rule for a fault in delivered records: how often, when and in which.
struct FaultRule {
  FaultKind kind = FaultKind::kDrop;
  /// Share of the records that it affects, [0, 1].
  double rate = 0.0;
  LogSet logs = LogSet::All();
  /// The time of a record is that of its delivery without faults. No length:
  /// always active.
  When when{.length_ms = 0};
  /// The delay, or the offset of the clock; if not set, the usual one for its
  /// kind.
  std::optional<DistributionSpec> by;
  /// The affected field, by its name in any shape; empty to draw one.
  std::string field;
  /// Length of an oversized value.
  std::uint32_t bytes = 64 * 1024;
  /// The incident to which the rule belongs, if any, and its place among the
  /// incidents of the profile: both happen at the same times.
  std::string incident;
  std::uint32_t incident_number = 0;

  friend bool operator==(const FaultRule&, const FaultRule&) = default;
};

struct Profile {
  std::string name;
  std::string description;
  Resource resource;
  Traffic traffic;
  Redials redials;
  Participants participants;
  Agents agents;
  std::vector<Client> clients = {{"dotnet", "1.2.0", "2024-04-15", 4.0},
                                 {"unknown", "", "2023-03-06", 2.0},
                                 {"js", "1.5.1", "2025-06-15", 1.0}};
  /// Number of servers of the application, each with its own address.
  std::uint32_t servers = 8;
  ServerPoolSettings server_pool;
  std::vector<Rollout> rollouts;
  Timing timing;
  Requests requests;
  BadTimesSettings bad_times;
  MediaFailures media;
  Usage usage;
  Streaming streaming;
  CallSummary call_summary;
  CallDiagnostics call_diagnostics;
  Recordings recordings;
  Delivery delivery = UsualDelivery();
  Assumptions assumptions;
  std::vector<Incident> incidents;
  std::vector<FaultRule> faults;
  std::vector<Flow> flows;
  LogSet logs = LogSet::Default();
  /// The resources of a job, if it has several; `resources` are their complete
  /// profiles, in the same order.
  std::vector<ResourceEntry> resource_entries;
  std::vector<Profile> resources;
  /// The text of the profile, for the manifest. It does not depend on other
  /// profiles.
  std::string text;
  /// The text as it was given, which may extend another profile.
  std::string source_text;

  friend bool operator==(const Profile&, const Profile&) = default;
};

}  // namespace busyhour::internal
