// busyhour metrics: writes the platform metrics that the calls cause.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/metric_blobs.h"
#include "cli/options.h"
#include "cli/resource_option.h"
#include "cli/text_output.h"
#include "dataset/file_form.h"
#include "logs/worlds.h"
#include "metrics/metric_text.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kExport = "export";

constexpr Option kMetricsOptions[] = {
    kResourceOption,
    {"format", "NAME",
     "Messages of an event hub, rows of the table AzureMetrics, or the counts "
     "with their dimensions, unless the ending of --out selects one",
     kExport, [] { return NamesOf(MetricFormats()); }},
    {"layout", "NAME",
     "One file, or the blobs that a diagnostic setting writes to a storage "
     "account, in the directory --out",
     "flat",
     [] {
       return std::vector<std::string_view>{"flat", "storage"};
     }},
    Short('o', {"out", "FILE|DIR|-",
                "Output: a file, a directory, or - for standard output", "-"}),
    {"force", "", "Replace existing files"},
    kQuietOutput,
};

// The format that `--format` names, or that the ending of `out` selects.
// Refuses what contradicts the ending.
std::optional<std::size_t> ReadFormat(OptionReader& options,
                                      const std::string& out) {
  const std::span<const MetricFormat> formats = MetricFormats();
  std::optional<std::size_t> format = options.Choice("format");
  if (!format || out == "-") return format;
  if (!options.Has("format")) {
    // An ending that selects none is refused with that of the default.
    const std::string ending = FormOf(out).ending();
    for (std::size_t i = formats.size(); i-- > 0;) {
      const auto& endings = formats[i].endings;
      if (std::find(endings.begin(), endings.end(), ending) != endings.end()) {
        format = i;
      }
    }
  }
  std::string objection =
      ObjectionToText(out, formats[*format].content, formats[*format].endings);
  if (!objection.empty()) options.Refuse("out", std::move(objection));
  return format;
}

// Writes the counts of all minutes while `wants_more`.
void WriteMetrics(const Worlds& worlds, std::uint32_t resource, const Job& job,
                  MetricText& text, const MetricText::Put& put,
                  const std::function<bool()>& wants_more) {
  text.Begin(put);
  MinuteFeed feed(worlds, resource, job);
  const auto take = [&](const MinuteCounts& counts) { text.Add(counts, put); };
  while (wants_more() && feed.Next(take)) {
  }
  text.End(put);
}

}  // namespace

int RunMetrics(int argc, const char* const* argv) {
  OptionReader options(
      {"metrics", "[OPTIONS]",
       "Writes the metrics of Azure Monitor that the calls cause, for each "
       "minute.",
       "busyhour metrics --profile contact-center --duration 1h --format csv"});
  options.DeclareJob(kEventsJob);
  options.Declare(kMetricsOptions);
  if (options.Parse(argc, argv)) return kDone;
  const JobSpec spec = options.ReadJobSpec();
  const Profile profile = ReadProfile(options, spec);
  const Job job = ResolveJob(spec, profile, options.problems());
  const bool has_blobs = options.Choice("layout") == 1;
  const std::optional<std::size_t> format =
      has_blobs ? options.Choice("format")
                : ReadFormat(options, options.Text("out"));
  if (has_blobs && format && MetricFormats()[*format].name != kExport) {
    options.Refuse("layout", "storage requires --format export");
  }
  std::optional<TextOutput> output;
  std::optional<MetricBlobs> blobs;
  if (has_blobs) {
    blobs.emplace(options);
  } else {
    output.emplace(options);
  }
  const std::uint32_t resource = ReadResource(options, profile);
  options.ThrowIfRefused();

  const Worlds worlds(profile, job.seed, job.start);
  const World& world = worlds[resource];
  const Vocabulary& words = world.cast.vocabulary();
  Status status = Status::Ok();
  if (blobs) {
    blobs->RefuseToReplace(words.resource_id, options);
    options.ThrowIfRefused();
    blobs->Open(words.resource_id);
    const std::unique_ptr<MetricText> text =
        MakeMetricBlobs(words, [&](std::int64_t hour, std::string_view lines) {
          blobs->Write(hour, lines);
        });
    WriteMetrics(
        worlds, resource, job, *text, [](std::string_view) {},
        [&] { return blobs->WantsMore(); });
    status = blobs->Finish();
  } else {
    output->Open();
    const std::unique_ptr<MetricText> text =
        MetricFormats()[*format].make(words, world.plan.profile().resource);
    WriteMetrics(
        worlds, resource, job, *text,
        [&](std::string_view part) { output->Write(part); },
        [&] { return output->WantsMore(); });
    status = output->Finish();
  }
  return status.ok() ? kDone : EndWithFailure(status.message());
}

}  // namespace busyhour::internal
