// busyhour metrics: writes the platform metrics that the calls cause.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/text_output.h"
#include "logs/cast.h"
#include "metrics/metric_text.h"

namespace busyhour {
namespace {

constexpr Option kMetricsOptions[] = {
    {"format", "NAME",
     "Messages of an event hub, rows of the table AzureMetrics, or the counts "
     "with their dimensions",
     "export", [] { return NamesOf(MetricFormats()); }},
};

}  // namespace

int RunMetrics(int argc, const char* const* argv) {
  OptionReader options(
      {"metrics", "[OPTIONS]",
       "Writes the metrics of Azure Monitor that the calls cause, for each "
       "minute.",
       "busyhour metrics --profile contact-center --duration 1h --format csv"});
  options.DeclareJob(kEventsJob);
  options.Declare(kMetricsOptions);
  options.Declare(kTextOutputOptions);
  if (options.Parse(argc, argv)) return kDone;
  const JobSpec spec = options.ReadJobSpec();
  const Profile profile = ReadProfile(options, spec);
  const Job job = ResolveJob(spec, profile, options.problems());
  const std::optional<std::size_t> format = options.Choice("format");
  TextOutput output(options);
  options.ThrowIfRefused();

  const Plan plan(profile);
  const Cast cast(plan, job.seed);
  const std::unique_ptr<MetricText> text =
      MetricFormats()[*format].make(cast.vocabulary(), profile.resource);
  const MetricText::Put put = [&output](std::string_view part) {
    output.Write(part);
  };
  output.Open();
  text->Begin(put);
  MinuteFeed feed(plan, cast.vocabulary(), job);
  const auto take = [&](const MinuteCounts& counts) { text->Add(counts, put); };
  while (output.WantsMore() && feed.Next(take)) {
  }
  text->End(put);
  const Status status = output.Finish();
  return status.ok() ? kDone : EndWithFailure(status.message());
}

}  // namespace busyhour
