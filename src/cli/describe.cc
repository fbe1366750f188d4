// busyhour describe: previews the volume and the rates of a profile.

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "check/check_report.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/job_figures.h"
#include "cli/job_preview.h"
#include "cli/options.h"
#include "cli/print_verdicts.h"
#include "encode/shape.h"
#include "engine/call_source.h"
#include "engine/estimate.h"
#include "job/fault_rules.h"
#include "logs/worlds.h"
#include "profile/incident_keys.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostIncidents = 20;
// Width of the names in the table.
constexpr int kNameWidth = 22;

constexpr Option kDescribeOptions[] = {{"json", "", "Print as JSON"}};

std::string Seconds(double seconds) {
  return FormatDuration(static_cast<std::int64_t>(seconds * 1000));
}

// Maximum number of resources that are shown.
constexpr std::size_t kMostResourcesShown = 20;

// The resources, if there are several, with their estimated shares of the
// calls.
std::string ResourcesText(const Profile& profile, const Estimate& e) {
  if (profile.resources.empty()) return "";
  std::string text = "\nresources\n";
  auto out = std::back_inserter(text);
  std::size_t shown = 0;
  for (const Profile& each : profile.resources) {
    if (shown == kMostResourcesShown) {
      fmt::format_to(out, "  {:<22} {} more; --json lists all\n", "...",
                     profile.resources.size() - shown);
      break;
    }
    const std::string& zone = each.traffic.zone.name;
    fmt::format_to(out, "  {:<22} {:>9} calls, {}{}\n", each.resource.name,
                   FormatAmount(e.calls_of[shown]), each.resource.region,
                   zone.empty() ? "" : ", " + zone);
    ++shown;
  }
  return text;
}

void PrintTable(const JobPreview& preview, std::span<const Check> checks) {
  const auto& [profile, job, e, agents, incidents, events] = preview;
  std::string text;
  auto out = std::back_inserter(text);
  const auto row = [&](std::string_view name, const std::string& value) {
    fmt::format_to(out, "  {:<{}} {}\n", name, kNameWidth, value);
  };
  fmt::format_to(out, "{}: {}\n", profile.name, profile.description);
  fmt::format_to(out, "from {}, seed {}\n\ntraffic\n", FormatTime(job.start),
                 job.seed);
  row("calls start within", Seconds(e.seconds));
  row("call attempts",
      e.redials > 0
          ? fmt::format("{}, of which {} by callers who call again",
                        FormatAmount(e.calls), FormatAmount(e.redials))
          : FormatAmount(e.calls));
  row("offered rate", fmt::format("{:.3g}/s mean, {:.3g}/s peak",
                                  e.mean_rate_cps, e.peak_rate_cps));
  row("BHCA", FormatAmount(e.busy_hour_calls));
  for (const std::string& event : events) {
    row(&event == &events.front() ? "holidays and bursts" : "", event);
  }
  row("answered", fmt::format("{:.1f} %", 100 * e.answered_share));
  row("holding time",
      fmt::format("{} mean, {} median, {} at 95 %", Seconds(e.mean_holding_s),
                  Seconds(e.median_holding_s), Seconds(e.p95_holding_s)));
  row("offered traffic",
      fmt::format("{:.4g} erlangs mean, {:.4g} in the busy hour",
                  e.mean_erlangs, e.busy_hour_erlangs));
  if (agents.resources > 0) {
    row("agents", agents.Text());
    row("", agents.LoadText());
  }
  fmt::format_to(out, "\nlogs ({} {})\n", Info(job.frame).name,
                 Info(job.shape).name);
  for (const LogType log : job.logs) {
    row(Info(log).name,
        fmt::format("{} records, {} ({:.2f} a call, {:.0f} bytes each)",
                    FormatAmount(e.records(log)), FormatSize(e.bytes(log)),
                    e.records_a_call[log], e.bytes_a_record[log]));
  }
  row("total", fmt::format("{} records, {}", FormatAmount(e.records()),
                           FormatSize(e.bytes())));
  if (job.warm_up_ms > 0) {
    const auto& earlier = e.earlier_records;
    row("of earlier calls",
        FormatAmount(std::accumulate(earlier.begin(), earlier.end(), 0.0)) +
            " records, in a warm-up of " + FormatDuration(job.warm_up_ms));
  }
  if (job.cuts_off) {
    row("cut off", "at " + FormatTime({EndMsOf(job)}) +
                       ": records delivered later are not of the job");
  }
  row("in real time",
      fmt::format("{} records/s, {}/s",
                  FormatAmount(e.records() / std::max(e.seconds, 1e-9)),
                  FormatSize(e.bytes() / std::max(e.seconds, 1e-9))));
  text += ResourcesText(profile, e);
  if (!job.faults.empty()) fmt::format_to(out, "\nfaults\n");
  for (const FaultRule& rule : job.faults) {
    const std::string words = FaultText(rule);
    row(words.substr(0, words.find(' ')), words.substr(words.find(' ') + 1));
  }
  if (!incidents.empty()) fmt::format_to(out, "\nincidents\n");
  for (std::size_t i = 0; i < std::min(incidents.size(), kMostIncidents); ++i) {
    row(incidents[i].incident->name, incidents[i].Text());
  }
  if (incidents.size() > kMostIncidents) {
    row("...", fmt::format("{} more; --json lists all",
                           incidents.size() - kMostIncidents));
  }
  fmt::format_to(out, "\nmachine\n");
  row("records in flight", FormatAmount(e.records_in_flight));
  row("calls in flight", FormatAmount(e.calls_in_flight));
  row("memory", "about " + FormatSize(e.memory_bytes));
  row("time to generate", "about " + Seconds(e.records() / e.records_a_second) +
                              " on one thread of this machine");
  fmt::format_to(out,
                 "\nTraffic is the sum of the rates for this seed. Figures per "
                 "call are means over {} simulated calls.\n",
                 FormatCount(e.sampled_calls));
  if (!checks.empty()) {
    text += "\nthresholds\n" + ChecksText(checks, kNameWidth + 1);
  }
  PrintVerdicts(text, stdout);
}

void PrintJson(const JobPreview& preview, std::span<const Check> checks) {
  const auto& [profile, job, e, agents, incidents, events] = preview;
  nlohmann::ordered_json json;
  json["profile"] = profile.name;
  json["start"] = FormatTime(job.start);
  json["seed"] = job.seed;
  json["seconds"] = e.seconds;
  json["calls"] = e.calls;
  if (e.redials > 0) json["redials"] = e.redials;
  json["mean_rate_cps"] = e.mean_rate_cps;
  json["peak_rate_cps"] = e.peak_rate_cps;
  json["bhca"] = e.busy_hour_calls;
  if (!events.empty()) json["holidays_and_bursts"] = events;
  json["answered_share"] = e.answered_share;
  json["mean_holding_s"] = e.mean_holding_s;
  json["median_holding_s"] = e.median_holding_s;
  json["p95_holding_s"] = e.p95_holding_s;
  json["mean_erlangs"] = e.mean_erlangs;
  json["busy_hour_erlangs"] = e.busy_hour_erlangs;
  if (agents.resources > 0) {
    json["agents"] = {{"number", agents.agents},
                      {"resources", agents.resources},
                      {"resources_with_turns", agents.taking_turns},
                      {"needed", agents.needed},
                      {"unserved_share", agents.unserved_share()}};
  }
  for (const LogType log : job.logs) {
    json["logs"][std::string(Info(log).name)] = {{"records", e.records(log)},
                                                 {"bytes", e.bytes(log)}};
  }
  for (std::size_t i = 0; i < profile.resources.size(); ++i) {
    const Profile& each = profile.resources[i];
    json["resources"].push_back({{"name", each.resource.name},
                                 {"region", each.resource.region},
                                 {"time_zone", each.traffic.zone.name},
                                 {"calls", e.calls_of[i]}});
  }
  for (const FaultRule& rule : job.faults) {
    json["faults"].push_back(FaultText(rule));
  }
  for (const IncidentPreview& each : incidents) {
    nlohmann::ordered_json incident = {
        {"name", each.incident->name},
        {"when", WhenText(each.incident->when)},
        {"kinds", KindsOf(*each.incident)},
        {"scope",
         nlohmann::ordered_json::parse(ScopeJson(each.incident->scope))},
        {"occurrences", each.occurrences}};
    if (each.occurrences > 0) incident["first"] = FormatTime(each.first);
    if (!each.objection.empty()) incident["no_effect"] = each.objection;
    json["incidents"].push_back(std::move(incident));
  }
  json["records"] = e.records();
  json["bytes"] = e.bytes();
  json["records_in_flight"] = e.records_in_flight;
  json["calls_in_flight"] = e.calls_in_flight;
  json["memory_bytes"] = e.memory_bytes;
  json["generate_seconds"] = e.records() / e.records_a_second;
  if (!checks.empty()) json["thresholds"] = ChecksJson(checks);
  std::puts(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
                .c_str());
}

}  // namespace

int RunDescribe(int argc, const char* const* argv) {
  OptionReader options({"describe", "[OPTIONS]",
                        "Previews a job before it runs: traffic, records, "
                        "bytes, memory and time.",
                        "busyhour describe --profile contact-center --duration "
                        "7d"});
  options.DeclareJob(kDescribeJob);
  options.Declare(kDescribeOptions);
  options.DeclareQuietAnswer();
  DeclareChecks(
      options, NamesOf(JobFigures()),
      "Fail if the result does not meet it, such as 'bytes<10GB'; may "
      "be repeated");
  if (options.Parse(argc, argv)) return kDone;
  const JobSpec spec = options.ReadJobSpec();
  const Profile profile = ReadProfile(options, spec);
  const Job job = ResolveJob(spec, profile, options.problems());
  CheckFrame(job, 1, options.problems());
  const CheckOptions requirements = ReadChecks(options);
  options.ThrowIfRefused();
  const Worlds worlds(profile, job.seed, job.start);
  const Estimate estimate = EstimateJob(worlds, job);
  const double end_s =
      static_cast<double>(job.start.ms) / 1000 + estimate.seconds;
  if (end_s > static_cast<double>(kLatestTime.ms) / 1000) {
    throw InputError("extent", UnreachedText(job.extent));
  }
  const JobPreview preview(profile, job, worlds, estimate);
  const std::vector<Check> checks =
      Judge(requirements.thresholds, JobFigures(), preview);
  options.Has("json") ? PrintJson(preview, checks)
                      : PrintTable(preview, checks);
  return EndWithChecks(requirements, {"describe", profile.name, 0, checks},
                       kDone);
}

}  // namespace busyhour::internal
