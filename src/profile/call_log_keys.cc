#include "profile/call_log_keys.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "profile/values.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kWordCharacters = "._+- ";
constexpr std::int64_t kLongestLag = 2 * kMsPerDay;
// Values that the queries of the table reference provide for.
constexpr std::string_view kWorkedAround =
    "that it occurs: the queries of the table reference; how often: our "
    "assumption";

Names<std::size_t> ErrorNames() {
  Names<std::size_t> names;
  for (std::size_t i = 1; i < kParticipantEnds.size(); ++i) {
    names.emplace_back(kParticipantEnds[i].word, i);
  }
  return names;
}

void VisitUpdates(CallSummary& summary, KeyVisitor& keys) {
  constexpr std::string_view kSource =
      "Azure's page on the updates: most within 40 minutes, all within about "
      "60; later versions hours or days later";
  keys.Optional("first_update", Spread(summary.first_update, 0, kLongestLag),
                "From the end of a call to the first version of its updates.",
                kSource);
  keys.Optional("later_update", Spread(summary.later_update, 0, kLongestLag),
                "From one version of an update to the next.", kSource);
  keys.Optional("later_update_share", Share(summary.later_update_share),
                "Share of the versions that another one follows.");
  keys.Optional("most_updates", Count(summary.most_updates, 1, 7),
                "Maximum number of versions.");
  keys.Optional("incomplete_share", Share(summary.incomplete_share),
                "Share of the first versions that lack the participant's start "
                "and duration; a second version always follows.",
                "that it occurs: Azure's page on the updates; how often: our "
                "assumption");
}

void VisitFlaws(CallSummary& summary, KeyVisitor& keys) {
  keys.Optional("server_share", Share(summary.server_share),
                "Share of the calls with one more record, for the service "
                "itself, whose `ParticipantId` is the `CorrelationId`.",
                kWorkedAround);
  keys.Optional("redacted_id_share", Share(summary.redacted_id_share),
                "Share of the records whose `ParticipantId` is `Redacted`.",
                kWorkedAround);
  keys.Optional("missing_id_share", Share(summary.missing_id_share),
                "Share of the records without `ParticipantId`.", kWorkedAround);
  keys.Optional("missing_start_share", Share(summary.missing_start_share),
                "Share of the records without `ParticipantStartTime`.",
                kWorkedAround);
  keys.Optional("missing_duration_share", Share(summary.missing_duration_share),
                "Share of the records without `ParticipantDuration`.",
                kWorkedAround);
  keys.Optional("repeat_share", Share(summary.repeat_share),
                "Share of the call summaries that are written once more, with "
                "a later time.",
                kWorkedAround);
}

}  // namespace

void VisitCallSummary(CallSummary& summary, KeyVisitor& keys) {
  keys.Optional("app_leg", Flag(summary.app_leg),
                "Whether the application's own leg has records in the logs of "
                "call summaries and call diagnostics.");
  keys.Optional("lag", Spread(summary.lag, 0, kLongestLag),
                "From the end of a call to its summaries and diagnostics.",
                "our assumption, around the two samples of Azure's page: 12 "
                "and 52 minutes");
  VisitUpdates(summary, keys);
  keys.Optional("ends",
                Weights(summary.ends, ErrorNames(),
                        "an error that ends a connection", Sum::kBelowOne),
                "Share of the participants whose connection ends in an error, "
                "by `ParticipantEndReason`; the others end with 0.",
                "reasons and subcodes: Azure's pages on the codes of ended "
                "calls; shares: our assumption");
  VisitFlaws(summary, keys);
  keys.Optional("endpoint_type_voip",
                Name(summary.endpoint_type_voip, kWordCharacters, 1, 48),
                "`EndpointType` of a participant who is no telephone.",
                "`VoIP`: samples of Azure's page; its table has `VOIP`");
  keys.Optional("endpoint_type_app",
                Name(summary.endpoint_type_app, kWordCharacters, 1, 48),
                "`EndpointType` of the application's leg.");
  keys.Optional("sdk_version",
                Name(summary.sdk_version, kWordCharacters, 1, 48),
                "`SdkVersion` of an ACS user.", "a sample of Azure's page");
  keys.Optional("os_version", Name(summary.os_version, "._+-:;/ ", 1, 120),
                "`OsVersion` of an ACS user.", "a sample of Azure's page");
  keys.Optional("own_update_category", Flag(summary.own_update_category),
                "Whether records of updates have `CallSummaryUpdates` and "
                "`CallDiagnosticsUpdates` as category and operation; "
                "otherwise `CallSummary` and `CallDiagnostics`.",
                "false: the samples of Azure's page");
}

void VisitCallDiagnostics(CallDiagnostics& diagnostics, KeyVisitor& keys) {
  constexpr std::int64_t kMost = 60 * kMsPerSecond;
  keys.Optional("receivers", Flag(diagnostics.receivers),
                "Whether the receiver of a stream has a record of it, too, "
                "with the direction `Inbound`.",
                "Azure's page: a record for each stream and endpoint; its "
                "sample has only those of the senders");
  keys.Optional("round_trip", Spread(diagnostics.round_trip, 0, kMost),
                "Mean round trip time of a stream; above 500 ms is poor.",
                "limit: Azure's page; default: our assumption, around its "
                "samples of 46 to 103 ms");
  keys.Optional("jitter", Spread(diagnostics.jitter, 0, 250),
                "Mean jitter of a stream; above 30 ms is poor.",
                "limit: Azure's page; default: our assumption, around its "
                "samples of 0 to 4 ms");
  keys.Optional("lossy_share", Share(diagnostics.lossy_share),
                "Share of the streams that lose packets.");
  keys.Optional("most_loss", Share(diagnostics.most_loss),
                "Highest mean packet loss of a stream; above 0.1 is poor. The "
                "losses are distributed evenly on a logarithmic scale.",
                "limit: Azure's page; default: our assumption");
  keys.Optional("tcp_share", Share(diagnostics.tcp_share),
                "Share of the streams over TCP; the others use UDP.");
  keys.Optional("silent_share", Share(diagnostics.silent_share),
                "Share of the streams in which no media flows: "
                "`PacketUtilization` is 0.",
                "meaning of 0: Azure's page; share: our assumption");
  keys.Optional("codec_pstn",
                Name(diagnostics.codec_pstn, kWordCharacters, 1, 48),
                "`CodecName` of a telephone's streams.");
  keys.Optional("codec_acs",
                Name(diagnostics.codec_acs, kWordCharacters, 1, 48),
                "`CodecName` of the streams of an ACS user or the "
                "application.");
  keys.Optional("codec_teams",
                Name(diagnostics.codec_teams, kWordCharacters, 1, 48),
                "`CodecName` of a Teams user's streams.");
}

void VisitRecordings(Recordings& recordings, KeyVisitor& keys) {
  constexpr std::string_view kSamples = "the samples of Azure's page";
  keys.Optional(
      "forms",
      Weights(recordings.forms,
              Names<RecordingForm>{{"mp3_mixed", RecordingForm::kMp3Mixed},
                                   {"wav_mixed", RecordingForm::kWavMixed},
                                   {"wav_unmixed", RecordingForm::kWavUnmixed},
                                   {"mp4_mixed", RecordingForm::kMp4Mixed}},
              "a form of recordings"),
      "Format and channels of recordings, by weight. An mp4 has sound and "
      "pictures, the others have sound only.",
      "formats and channels: the API; weights: our assumption");
  keys.Optional("lag", Spread(recordings.lag, 0, kLongestLag),
                "From the end of a recording to its summary.",
                "0: two samples of Azure's page, whose time is the start plus "
                "the length");
  keys.Optional("chunk", Duration(recordings.chunk_ms, kMsPerMinute, kMsPerDay),
                "A recording has one chunk for each started length of this.",
                "our assumption, from a sample: 6 chunks for 20.5 hours");
  keys.Optional("end_reason_stopped",
                Name(recordings.end_reason_stopped, kWordCharacters, 1, 48),
                "`RecordingEndReason` of a recording that a request stopped. "
                "It is `CallEnded` for one that ended with its call.",
                kSamples);
  keys.Optional("failure_word",
                Name(recordings.failure_word, kWordCharacters, 1, 48),
                "`ResultType` of a refused request in the recording "
                "operations log.",
                "the query of the table reference");
  keys.Optional("long_operation_names", Flag(recordings.long_operation_names),
                "Whether operations are called `StartCallRecording` or "
                "`StartRecording`.",
                "true: the sample of Azure's page; false: its text");
}

}  // namespace busyhour::internal
