#include "profile/profile_keys.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "catalog/regions.h"
#include "profile/agent_keys.h"
#include "profile/call_log_keys.h"
#include "profile/failure_keys.h"
#include "profile/fault_keys.h"
#include "profile/flows.h"
#include "profile/incident_keys.h"
#include "profile/redial_keys.h"
#include "profile/resource_keys.h"
#include "profile/server_keys.h"
#include "profile/step_keys.h"
#include "profile/timing_keys.h"
#include "profile/traffic_keys.h"
#include "profile/values.h"
#include "text/json_text.h"

// The keys of a profile, except those of the sections that have files of their
// own. One call describes a key: its name, its kind with the variable and the
// range, its meaning, and the source of the default or the range. Defaults are
// those of profile.h.

namespace busyhour::internal {
namespace {

constexpr std::string_view kNamingRules =
    "range: Azure resource naming rules; default: our assumption";

const std::vector<std::string_view>& LevelNames() {
  static const std::vector<std::string_view> names = {
      "Informational", "Warning", "Error", "Critical"};
  return names;
}

// A text that must be one of a few words.
Value TextWord(std::string& text, const std::vector<std::string_view>& names,
               std::string_view noun) {
  const auto current = std::find(names.begin(), names.end(), text);
  return WordNumber(
      names, static_cast<std::size_t>(current - names.begin()),
      [&text, &names](std::size_t number) { text = names[number]; }, noun);
}

Value RegionName(std::string& region) {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const RegionInfo& info : Regions()) all.push_back(info.name);
    return all;
  }();
  return TextWord(region, names, "a region");
}

void VisitResource(Resource& resource, KeyVisitor& keys) {
  keys.Optional("subscription",
                GuidText(resource.subscription,
                         "follows from the seed and the resource's names"),
                "The id of the Azure subscription. Omit it unless a test needs "
                "a specific one: ids derived from the seed belong to no real "
                "subscription.");
  keys.Optional("group", Name(resource.group, "-_.()", 1, 90),
                "The resource group's name.", kNamingRules);
  keys.Optional("name", Name(resource.name, "-", 1, 63),
                "The communication resource's name; also the first label of "
                "its host.",
                kNamingRules);
  keys.Optional("workspace", Name(resource.workspace, "-", 4, 63),
                "The name of the Log Analytics workspace, which is in the same "
                "subscription and resource group.",
                kNamingRules);
  keys.Optional(
      "region", RegionName(resource.region),
      "The Azure region. It determines the nodes that carry the calls, and "
      "thus a part of `ServerCallId`. See [Regions](#regions).",
      "range: regions of the service; default: the region in the "
      "sample of Azure's log page");
}

void VisitParticipants(Participants& participants, KeyVisitor& keys) {
  keys.Optional("callers",
                Weights(participants.callers, ParticipantKindNames(),
                        "a kind of participant"),
                "The kinds of callers; a flow can override them.");
  keys.Optional("agents", Count(participants.agents, 1, 1'000'000),
                "Number of different agents; each takes part in many calls. "
                "Those who serve a queue (`agents`) take turns if there are "
                "enough of them, 32,000 at most: the more there are, the "
                "fewer are ever in two calls at once. See "
                "[model.md](model.md#who-answers).");
  keys.Optional("numbers", Word(participants.numbers, {"us", "uk"}),
                "Country of the fictional phone numbers.",
                "numbers: NANPA 555-01XX, Ofcom drama numbers; default: our "
                "assumption");
  keys.Optional("caller_zipf", Number(participants.caller_zipf, 0.0, 4.0),
                "The exponent of Zipf's law for callers: the caller of rank n "
                "calls (n + 300)^caller_zipf times less often. 0: all call "
                "equally often. See [model.md](model.md#callers).");
}

void VisitClient(Client& client, KeyVisitor& keys) {
  constexpr std::string_view kOthers = "._+-";
  keys.Required("sdk_type", Name(client.sdk_type, kOthers, 0, 48),
                "`SdkType`. Published values are `unknown` and `dotnet`.");
  keys.Required("sdk_version", Name(client.sdk_version, kOthers, 0, 48),
                "`SdkVersion`; empty if the type is `unknown`.");
  keys.Required("api_version", Name(client.api_version, kOthers, 1, 48),
                "The request's `api-version`, such as `2024-04-15`.");
  keys.Optional("weight", Weight(client.weight),
                "Its share of the calls, relative to the others. Each server "
                "runs one version, so that whole servers come as near as they "
                "can to the shares; 0 for a version that only a roll-out "
                "brings.");
}

void VisitUsage(Usage& usage, KeyVisitor& keys) {
  keys.Optional("app_leg", Flag(usage.app_leg),
                "Whether the application's own leg is billed as a participant.",
                "our assumption, from the price list: each participant's own "
                "connected time counts");
  keys.Optional("granularity", Duration(usage.granularity_ms, 1, kMsPerHour),
                "Connected time is rounded up to a multiple of this before it "
                "is billed.");
  keys.Optional("lag", Spread(usage.lag, 0, kMsPerDay),
                "From the end of a leg to its usage record.");
}

Names<StreamingEnd> StreamingErrorNames() {
  Names<StreamingEnd> names;
  for (const StreamingEndInfo& info : kStreamingEnds) {
    if (!info.word.empty()) names.emplace_back(info.word, info.end);
  }
  return names;
}

void VisitStreaming(Streaming& streaming, KeyVisitor& keys) {
  keys.Optional("failures",
                Weights(streaming.failures, StreamingErrorNames(),
                        "an error that ends a session", Sum::kBelowOne),
                "Share of the media streaming and transcription sessions that "
                "an error ends, by the error; where one is not possible, its "
                "share does not count.",
                "errors: Azure's page on error codes, 8578 to 8605; shares: "
                "our assumption");
  keys.Optional("lag", Spread(streaming.lag, 0, kMsPerDay),
                "From the end of a session to its usage records.");
}

void VisitDelivery(Delivery& delivery, KeyVisitor& keys) {
  // Azure Monitor replaces the time of data that arrives later than this.
  constexpr std::int64_t kLatest = 2 * kMsPerDay;
  constexpr std::string_view kSource =
      "range: Azure Monitor takes no older times; default: its page on "
      "ingestion time, usually 3 to 10 minutes, 30 s to 20 min";
  for (const LogInfo& log : Logs()) {
    keys.Optional(log.name, Spread(delivery[log.log], 0, kLatest),
                  "From the time of a record of this log to its arrival.",
                  kSource);
  }
}

void VisitAssumptions(Assumptions& assumptions, KeyVisitor& keys) {
  constexpr std::string_view kOthers = "._+- ";
  keys.Optional("correlation_change", Share(assumptions.correlation_change),
                "Probability that `CorrelationId` changes when a participant "
                "joins or leaves.",
                "that it may: Azure's log page; how often: our assumption");
  keys.Optional("inter_tone_timeout_completes",
                Flag(assumptions.inter_tone_timeout_completes),
                "Whether a recognize that ends with subcode 8532 is reported "
                "as `Completed` or as `Failed`.",
                "true: newer documentation; false: older documentation");
  static const std::vector<std::string_view> text_names = {"TextToSpeech",
                                                           "Text"};
  keys.Optional(
      "text_source_name",
      TextWord(assumptions.text_source_name, text_names, "a name for it"),
      "The name in the logs of a prompt made from text.",
      "`TextToSpeech`: Azure's log page; `Text`: table reference");
  keys.Optional("recording_operations", Flag(assumptions.recording_operations),
                "Whether requests to the recording interface are in the "
                "operational log.");
  keys.Optional("media_operation_ids_only",
                Flag(assumptions.media_operation_ids_only),
                "Whether only plays and recognizes carry an `OperationId`.");
  keys.Optional("aks_server_call_id", Flag(assumptions.aks_server_call_id),
                "Whether `ServerCallId` has the newer, longer host, with a "
                "private address as node.",
                "both forms: published ids, the longer ones since 2024");
  keys.Optional("level_of_success",
                TextWord(assumptions.level_of_success, LevelNames(), "a level"),
                "`Level` of a request that is accepted and of media that "
                "completes.",
                "every published ACS record");
  keys.Optional(
      "level_of_client_failure",
      TextWord(assumptions.level_of_client_failure, LevelNames(), "a level"),
      "`Level` of a failure with a status below 500.");
  keys.Optional(
      "level_of_server_failure",
      TextWord(assumptions.level_of_server_failure, LevelNames(), "a level"),
      "`Level` of a failure with a status of 500 and above.");
  keys.Optional("usage_operation_name",
                Name(assumptions.usage_operation_name, kOthers, 1, 48),
                "`OperationName` of a usage record.");
  keys.Optional("usage_operation_version",
                Name(assumptions.usage_operation_version, kOthers, 1, 48),
                "`OperationVersion` of a usage record.");
  keys.Optional("usage_type_pstn",
                Name(assumptions.usage_type_pstn, kOthers, 1, 48),
                "`UsageType` of a telephone leg.", "Azure's log page");
  keys.Optional("usage_type_voip",
                Name(assumptions.usage_type_voip, kOthers, 1, 48),
                "`UsageType` of any other leg.",
                "a query Azure publishes compares it with \"audio\"; its case: "
                "our assumption");
  keys.Optional("usage_unit", Name(assumptions.usage_unit, kOthers, 1, 48),
                "`UnitType` of a usage record.", "Azure's log page");
  keys.Optional("streaming_operation_name",
                Name(assumptions.streaming_operation_name, kOthers, 1, 48),
                "`operationName` of a streaming usage record.");
}

// A second has ids for 4.19 million first attempts. This leaves room for random
// variation.
constexpr double kMostPeakRate = 4e6;

void CheckCampaignFlows(const Profile& profile, const JsonNode& root,
                        ProblemList& problems) {
  const JsonNode* traffic = root.Find("traffic");
  const JsonNode* nodes =
      traffic == nullptr ? nullptr : traffic->Find("campaigns");
  if (nodes == nullptr) return;
  std::vector<std::string_view> flows;
  for (const Flow& flow : profile.flows) flows.push_back(flow.name);
  for (const JsonNode& campaign : nodes->children) {
    const JsonNode* flow = campaign.Find("flow");
    if (flow == nullptr || flow->kind != JsonNode::Kind::kString ||
        std::find(flows.begin(), flows.end(), flow->text) != flows.end()) {
      continue;
    }
    problems.Add(*flow,
                 UnknownName(flow->text, "a flow of this profile", flows));
  }
}

void CheckPeakRate(const Profile& profile, const JsonNode& root,
                   ProblemList& problems) {
  const double peak =
      PeakRate(profile.traffic) * MostRateFactor(profile.incidents);
  if (peak <= kMostPeakRate) return;
  problems.Add(root.PlaceOf("traffic").PlaceOf("rate"),
               "the busiest hour, with all bursts and incidents, would have " +
                   FormatAmount(peak) + " calls a second; at most 4 M");
}

void CheckClients(const Profile& profile, const JsonNode& root,
                  ProblemList& problems) {
  const JsonNode* node = root.Find("clients");
  if (node == nullptr || profile.clients.empty()) return;
  double total = 0;
  for (const Client& client : profile.clients) total += client.weight;
  if (!(total > 0)) {
    problems.Add(*node,
                 "the weights of all clients sum to zero; at least one must "
                 "be above 0");
  }
}

// The key is read by `Extend`, before all others.
Value Extended() {
  return {[](const JsonNode&, ProblemList&) {}, [] { return std::string(); },
          [] {
            return ValueInfo{"text", "a shipped profile", R"("type":"string")"};
          }};
}

}  // namespace

void VisitProfile(Profile& profile, KeyVisitor& keys) {
  keys.Optional("extends", Extended(),
                "The name of a shipped profile: what this one does not say is "
                "as there, except `description`. Members of objects are "
                "combined, lists are not; "
                "`null` removes a member.",
                "");
  keys.Required("description", Prose(profile.description),
                "A description of the profile in one or two sentences; shown "
                "by `busyhour profiles`.",
                "");
  keys.Group(
      "resource", "The communication resource that writes the logs.",
      [&](KeyVisitor& inner) { VisitResource(profile.resource, inner); });
  keys.Optional("traffic", TrafficObject(profile.traffic),
                "When calls are attempted.", "");
  keys.Group("participants", "Who takes part in the calls.",
             [&](KeyVisitor& inner) {
               VisitParticipants(profile.participants, inner);
             });
  keys.Group("agents",
             "The agents who serve callers from one queue. The wait for an "
             "agent follows from the traffic, how long calls occupy an agent, "
             "the callers' patience and these numbers; see "
             "[model.md](model.md#agents).",
             [&](KeyVisitor& inner) { VisitAgents(profile.agents, inner); });
  keys.Optional("clients", ListOf<Client>(profile.clients, 1, 50, VisitClient),
                "The versions of the application that make the requests.",
                "types and versions: published records and package versions; "
                "`js` and the weights: our assumption");
  keys.Optional("servers", Count(profile.servers, 1, 250),
                "How many servers the application runs on, each with an "
                "address of its own in `CallerIpAddress`.",
                "range: documentation addresses; default: our assumption");
  keys.Group(
      "server_pool", "How the calls are divided among the servers.",
      [&](KeyVisitor& inner) { VisitServerPool(profile.server_pool, inner); });
  keys.Optional("rollouts", RolloutList(profile.rollouts),
                "Times at which servers change to another version.", "");
  keys.Group("timing", "Durations of actions and events.",
             [&](KeyVisitor& inner) { VisitTiming(profile.timing, inner); });
  keys.Group("requests", "Requests that are refused.", [&](KeyVisitor& inner) {
    VisitRequests(profile.requests, inner);
  });
  keys.Group("redials",
             "Callers who call again, and calls that the application tries "
             "again. A flow can override them.",
             [&](KeyVisitor& inner) { VisitRedials(profile.redials, inner); });
  keys.Group(
      "bad_times",
      "Minutes in which the service is in trouble, and times in which a "
      "server is.",
      [&](KeyVisitor& inner) { VisitBadTimes(profile.bad_times, inner); });
  keys.Group(
      "media", "Plays and recognizes that fail because of the service.",
      [&](KeyVisitor& inner) { VisitMediaFailures(profile.media, inner); });
  keys.Group("usage", "What is billed.",
             [&](KeyVisitor& inner) { VisitUsage(profile.usage, inner); });
  keys.Group(
      "streaming", "Media streaming and transcription sessions.",
      [&](KeyVisitor& inner) { VisitStreaming(profile.streaming, inner); });
  keys.Group("call_summary",
             "The logs of call summaries and their updates, written on "
             "request.",
             [&](KeyVisitor& inner) {
               VisitCallSummary(profile.call_summary, inner);
             });
  keys.Group("call_diagnostics",
             "The logs of call diagnostics and their updates, written on "
             "request.",
             [&](KeyVisitor& inner) {
               VisitCallDiagnostics(profile.call_diagnostics, inner);
             });
  keys.Group(
      "recordings",
      "Recordings of calls, and their two logs, written on request.",
      [&](KeyVisitor& inner) { VisitRecordings(profile.recordings, inner); });
  keys.Group(
      "delivery", "Delay between a record and its delivery.",
      [&](KeyVisitor& inner) { VisitDelivery(profile.delivery, inner); });
  keys.Group(
      "assumptions",
      "Facts that no source gives; change them if you know better.",
      [&](KeyVisitor& inner) { VisitAssumptions(profile.assumptions, inner); });
  keys.Optional("incidents", IncidentList(profile.incidents),
                "What goes wrong for some time: requests or media fail, "
                "latency or rate changes, calls drop, records are late; see "
                "[incidents.md](incidents.md).");
  keys.Optional(
      "faults", FaultList(profile.faults),
      "Damage to records on their way out; see [faults.md](faults.md).");
  keys.Optional("logs", LogNames(profile.logs), "The logs to write.");
  keys.Optional("resources", ResourceList(profile.resource_entries),
                "The resources whose logs are written, if there are several; "
                "see [Several resources](model.md#several-resources).",
                "");
  keys.Required("flows", FlowMap(profile.flows),
                "What happens in the calls: flows by name, at least one.", "");
}

std::string WriteProfile(Profile profile) {
  const std::string text =
      WriteObject([&](KeyVisitor& keys) { VisitProfile(profile, keys); });
  return IndentJson(text) + '\n';
}

void ReadProfile(const JsonNode& root, ProblemList& problems,
                 Profile& profile) {
  ReadObject(root, problems,
             [&](KeyVisitor& keys) { VisitProfile(profile, keys); });
  CheckClients(profile, root, problems);
  CheckServerPool(profile.server_pool, root, problems);
  CheckRollouts(profile, root, problems);
  CheckIncidents(profile, root, problems);
  CheckFaultWindows(profile.faults, root, problems);
  CheckCampaignFlows(profile, root, problems);
  CheckAgents(profile, root, problems);
  CheckPeakRate(profile, root, problems);
  ReadResources(root, problems, profile);
}

}  // namespace busyhour::internal
