#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/distribution.h"
#include "base/time.h"
#include "profile/mix.h"

// The sections of a profile about the logs of call summaries, call diagnostics
// and recordings.

namespace busyhour::internal {

/// How a participant's connection ended.
struct ParticipantEnd {
  /// Its name in a profile, and `ParticipantEndReason`.
  std::string_view word;
  std::string_view subcode;
  /// `ResultCategory`.
  std::string_view category;
};

/// The first is the normal end. Source of reasons and subcodes: Azure's pages
/// on the codes of ended calls; of the categories: its page on call summaries.
/// Which category belongs to which code is our assumption.
inline constexpr std::array<ParticipantEnd, 8> kParticipantEnds = {{
    {"0", "0", "Success"},
    {"408", "10057", "UnexpectedClientError"},
    {"410", "301005", "UnexpectedClientError"},
    {"430", "10315", "UnexpectedClientError"},
    {"487", "0", "ExpectedError"},
    {"490", "4502", "UnexpectedClientError"},
    {"500", "10045", "UnexpectedServerError"},
    {"503", "560503", "UnexpectedServerError"},
}};

/// The logs of call summaries, and of their updates.
struct CallSummary {
  /// Whether the application's own leg has records.
  bool app_leg = false;
  /// From the end of a call to its summaries.
  DistributionSpec lag = LognormalMs(30 * 60'000, 0.5, 5 * 60'000, 7'200'000);
  /// From the end of a call to the first version of an update.
  DistributionSpec first_update =
      LognormalMs(20 * 60'000, 0.45, 60'000, 3'600'000);
  /// From one version to the next.
  DistributionSpec later_update =
      LognormalMs(6 * 3'600'000, 1.2, 600'000, 172'800'000);
  /// Share of versions that another one follows.
  double later_update_share = 0.1;
  std::uint32_t most_updates = 3;
  /// Share of first versions without the participant's start and duration.
  double incomplete_share = 0.1;
  /// Share of participants whose connection ends in an error, by the error.
  std::vector<std::pair<std::size_t, double>> ends = {
      {1, 0.002}, {2, 0.004}, {3, 0.0005}, {4, 0.001},
      {5, 0.001}, {6, 0.001}, {7, 0.0005}};
  /// Share of calls with a record for the service itself.
  double server_share = 0.05;
  /// Shares of records with a redacted or missing value.
  double redacted_id_share = 0.01;
  double missing_id_share = 0.01;
  double missing_start_share = 0.01;
  double missing_duration_share = 0.01;
  /// Share of records that are written again later.
  double repeat_share = 0.01;
  std::string endpoint_type_voip = "VoIP";
  std::string endpoint_type_app = "BOT";
  /// Software of ACS users.
  std::string sdk_version = "1.0.1.0";
  std::string os_version = "Windows 10.0.17763 Arch: x64";
  /// Whether updates have a category of their own, or that of the first log.
  bool own_update_category = false;

  friend bool operator==(const CallSummary&, const CallSummary&) = default;
};

/// The logs of call diagnostics, and of their updates: the quality of media
/// streams.
struct CallDiagnostics {
  /// Whether the receiver of a stream has a record of it, too.
  bool receivers = true;
  /// Means over a stream.
  DistributionSpec round_trip = LognormalMs(62, 0.4, 4, 1'500);
  DistributionSpec jitter = LognormalMs(2, 0.9, 0, 120);
  /// Share of streams that lose packets.
  double lossy_share = 0.25;
  /// Highest mean loss of these.
  double most_loss = 0.15;
  /// Share of streams over TCP.
  double tcp_share = 0.01;
  /// Share of streams in which no media flows.
  double silent_share = 0.001;
  std::string codec_pstn = "G722";
  std::string codec_acs = "OPUS";
  std::string codec_teams = "SATIN";

  friend bool operator==(const CallDiagnostics&,
                         const CallDiagnostics&) = default;
};

/// The content, channels and format of a recording.
enum class RecordingForm : std::uint8_t {
  kMp3Mixed,
  kWavMixed,
  kWavUnmixed,
  kMp4Mixed,
};
inline constexpr std::size_t kRecordingFormCount = 4;

/// Recordings, and their two logs.
struct Recordings {
  Mix<RecordingForm> forms = {{RecordingForm::kMp3Mixed, 0.5},
                              {RecordingForm::kWavMixed, 0.2},
                              {RecordingForm::kWavUnmixed, 0.2},
                              {RecordingForm::kMp4Mixed, 0.1}};
  /// From the end of a recording to its summary.
  DistributionSpec lag = ConstantMs(0);
  /// A recording has a chunk for each started length of this.
  std::int64_t chunk_ms = 4 * kMsPerHour;
  /// `RecordingEndReason` of a recording that a request stopped.
  std::string end_reason_stopped = "CallEnded";
  /// `ResultType` of a refused request.
  std::string failure_word = "Failure";
  /// `StartCallRecording` or `StartRecording`.
  bool long_operation_names = false;

  friend bool operator==(const Recordings&, const Recordings&) = default;
};

}  // namespace busyhour::internal
