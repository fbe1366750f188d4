// busyhour describe: previews the volume and the rates of a profile.

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/units.h"
#include "cli/command.h"
#include "cli/options.h"
#include "encode/shape.h"
#include "engine/call_source.h"
#include "engine/estimate.h"
#include "job/fault_rules.h"
#include "logs/cast.h"

namespace busyhour {
namespace {

constexpr Option kDescribeOptions[] = {{"json", "", "Print as JSON"}};

std::string Seconds(double seconds) {
  return FormatDuration(static_cast<std::int64_t>(seconds * 1000));
}

void PrintTable(const Profile& profile, const Job& job, const Estimate& e) {
  std::string text;
  auto out = std::back_inserter(text);
  const auto row = [&](std::string_view name, const std::string& value) {
    fmt::format_to(out, "  {:<22} {}\n", name, value);
  };
  fmt::format_to(out, "{}: {}\n", profile.name, profile.description);
  fmt::format_to(out, "from {}, seed {}\n\ntraffic\n", FormatTime(job.start),
                 job.seed);
  row("calls start within", Seconds(e.seconds));
  row("call attempts", FormatAmount(e.calls));
  row("offered rate", fmt::format("{:.3g}/s mean, {:.3g}/s peak",
                                  e.mean_rate_cps, e.peak_rate_cps));
  row("BHCA", FormatAmount(e.busy_hour_calls));
  row("answered", fmt::format("{:.1f} %", 100 * e.answered_share));
  row("holding time",
      fmt::format("{} mean, {} median, {} at 95 %", Seconds(e.mean_holding_s),
                  Seconds(e.median_holding_s), Seconds(e.p95_holding_s)));
  row("offered traffic",
      fmt::format("{:.4g} erlangs mean, {:.4g} in the busy hour",
                  e.mean_erlangs, e.busy_hour_erlangs));
  fmt::format_to(out, "\nlogs ({} {})\n", Info(job.frame).name,
                 Info(job.shape).name);
  for (const LogType log : job.logs) {
    row(Info(log).name,
        fmt::format(
            "{} records, {} ({:.2f} a call, {:.0f} bytes each)",
            FormatAmount(e.calls * e.records_a_call[log]),
            FormatSize(e.calls * e.records_a_call[log] * e.bytes_a_record[log]),
            e.records_a_call[log], e.bytes_a_record[log]));
  }
  row("total", fmt::format("{} records, {}", FormatAmount(e.records()),
                           FormatSize(e.bytes())));
  row("in real time",
      fmt::format("{} records/s, {}/s",
                  FormatAmount(e.records() / std::max(e.seconds, 1e-9)),
                  FormatSize(e.bytes() / std::max(e.seconds, 1e-9))));
  if (!job.faults.empty()) fmt::format_to(out, "\nfaults\n");
  for (const FaultRule& rule : job.faults) {
    const std::string words = FaultText(rule);
    row(words.substr(0, words.find(' ')), words.substr(words.find(' ') + 1));
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
  std::fputs(text.c_str(), stdout);
}

void PrintJson(const Profile& profile, const Job& job, const Estimate& e) {
  nlohmann::ordered_json json;
  json["profile"] = profile.name;
  json["start"] = FormatTime(job.start);
  json["seed"] = job.seed;
  json["seconds"] = e.seconds;
  json["calls"] = e.calls;
  json["mean_rate_cps"] = e.mean_rate_cps;
  json["peak_rate_cps"] = e.peak_rate_cps;
  json["bhca"] = e.busy_hour_calls;
  json["answered_share"] = e.answered_share;
  json["mean_holding_s"] = e.mean_holding_s;
  json["median_holding_s"] = e.median_holding_s;
  json["p95_holding_s"] = e.p95_holding_s;
  json["mean_erlangs"] = e.mean_erlangs;
  json["busy_hour_erlangs"] = e.busy_hour_erlangs;
  for (const LogType log : job.logs) {
    const double records = e.calls * e.records_a_call[log];
    json["logs"][std::string(Info(log).name)] = {
        {"records", records}, {"bytes", records * e.bytes_a_record[log]}};
  }
  for (const FaultRule& rule : job.faults) {
    json["faults"].push_back(FaultText(rule));
  }
  json["records"] = e.records();
  json["bytes"] = e.bytes();
  json["records_in_flight"] = e.records_in_flight;
  json["calls_in_flight"] = e.calls_in_flight;
  json["memory_bytes"] = e.memory_bytes;
  json["generate_seconds"] = e.records() / e.records_a_second;
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
  if (options.Parse(argc, argv)) return kDone;
  const JobSpec spec = options.ReadJobSpec();
  const Profile profile = ReadProfile(options, spec);
  const Job job = ResolveJob(spec, profile, options.problems());
  CheckFrame(job, 1, options.problems());
  options.ThrowIfRefused();
  const Plan plan(profile);
  const Cast cast(plan, job.seed);
  const Estimate estimate = EstimateJob(plan, cast, job);
  const double end_s =
      static_cast<double>(job.start.ms) / 1000 + estimate.seconds;
  if (end_s > static_cast<double>(kLatestTime.ms) / 1000) {
    throw InputError("extent", UnreachedText(job.extent));
  }
  if (options.Has("json")) {
    PrintJson(profile, job, estimate);
  } else {
    PrintTable(profile, job, estimate);
  }
  return kDone;
}

}  // namespace busyhour
