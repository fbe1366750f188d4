#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/distribution.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/participants.h"
#include "profile/mix.h"
#include "profile/when.h"

namespace busyhour::internal {

/// Share of requests that are refused, and the statuses of these by weight.
struct RequestFailures {
  double share = 0.0;
  Mix<int> statuses = {{500, 1.0}};

  friend bool operator==(const RequestFailures&,
                         const RequestFailures&) = default;
};

/// Share of plays and recognizes that fail because of the service, by outcome.
struct MediaFailures {
  std::vector<std::pair<Outcome, double>> play = {
      {Outcome::kPlayBadFile, 0.0002},
      {Outcome::kPlayDownloadFailed, 0.0005},
      {Outcome::kPlaySpeechTimedOut, 0.0004},
      {Outcome::kPlaySpeechThrottled, 0.0004},
      {Outcome::kPlayInternalError, 0.0003}};
  std::vector<std::pair<Outcome, double>> recognize = {
      {Outcome::kPromptFailed, 0.0008},
      {Outcome::kBeepFailed, 0.0001},
      {Outcome::kRecognizeSpeechTimedOut, 0.0004},
      {Outcome::kRecognizeSpeechThrottled, 0.0004},
      {Outcome::kRecognizeInternalError, 0.0003}};

  friend bool operator==(const MediaFailures&, const MediaFailures&) = default;
};

/// What an incident affects. An empty list stands for all.
struct IncidentScope {
  std::vector<std::string> resources;
  std::vector<std::string> regions;
  std::vector<Operation> operations;
  /// Numbers of `SubOperationNames()`.
  std::vector<std::uint8_t> sub_operations;
  std::vector<std::string> sdk_types;
  std::vector<std::string> sdk_versions;
  std::vector<std::string> api_versions;
  /// Numbers of the application's servers, from 1.
  std::vector<std::uint32_t> servers;
  std::vector<ParticipantKind> callers;
  std::vector<std::string> flows;
  /// Share of the calls, always the same ones.
  double call_share = 1.0;

  friend bool operator==(const IncidentScope&, const IncidentScope&) = default;
};

/// What an incident does to the delivery of records.
struct IncidentDelivery {
  double delayed_share = 0.0;
  DistributionSpec delay = UniformMs(60'000, 1'800'000);
  double duplicated_share = 0.0;
  double missing_share = 0.0;

  friend bool operator==(const IncidentDelivery&,
                         const IncidentDelivery&) = default;
};

/// Something that goes wrong for some time.
struct Incident {
  std::string name;
  /// If not, it does not happen, and everything else happens as if it did not.
  bool enabled = true;
  When when;
  IncidentScope scope;
  /// Requests that are refused in addition.
  RequestFailures requests;
  /// Plays and recognizes that fail in addition.
  MediaFailures media{{}, {}};
  double latency_factor = 1.0;
  std::int64_t latency_added_ms = 0;
  /// Callers who say nothing, or something else than asked.
  double silent_share = 0.0;
  double no_match_share = 0.0;
  /// Calls in progress that are dropped.
  double dropped_share = 0.0;
  /// Calls in progress when it begins that are dropped at once.
  double cut_share = 0.0;
  /// The region whose nodes carry the calls that begin during it; empty for the
  /// resource's own.
  std::string failover_to;
  /// Called and invited participants that cannot be reached.
  double unreachable_share = 0.0;
  double rate_factor = 1.0;
  /// Callers who call again each time their call ends, the same ones all along,
  /// and how long after.
  double calls_again_share = 0.0;
  DistributionSpec calls_again_delay = UniformMs(1'000, 5'000);
  IncidentDelivery delivery;

  friend bool operator==(const Incident&, const Incident&) = default;
};

}  // namespace busyhour::internal
