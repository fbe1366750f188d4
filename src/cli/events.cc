// busyhour events: writes the events that an application receives about its
// calls.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/text_output.h"
#include "events/event_feed.h"
#include "events/event_json.h"
#include "logs/cast.h"

namespace busyhour::internal {
namespace {

constexpr Option kEventsOptions[] = {
    {"format", "NAME",
     "One event a line, or one request's body a line: an array of one event",
     "jsonl",
     [] {
       return std::vector<std::string_view>{"jsonl", "array"};
     }},
    {"event-grid", "", "Also write the IncomingCall events of Event Grid"},
    kQuietOutput,
};

}  // namespace

int RunEvents(int argc, const char* const* argv) {
  OptionReader options(
      {"events", "[OPTIONS]",
       "Writes the callback events that the application of the calls receives, "
       "in order of\ntime, as CloudEvents.",
       "busyhour events --profile contact-center --calls 100"});
  options.DeclareJob(kEventsJob);
  options.Declare(kEventsOptions);
  options.Declare(kTextOutputOptions);
  if (options.Parse(argc, argv)) return kDone;
  const JobSpec spec = options.ReadJobSpec();
  const Profile profile = ReadProfile(options, spec);
  const Job job = ResolveJob(spec, profile, options.problems());
  const bool is_array = options.Choice("format") == 1;
  const bool with_event_grid = options.Has("event-grid");
  TextOutput output(options);
  RefuseOtherThanLines(options);
  options.ThrowIfRefused();

  const Worlds worlds(profile, job.seed, job.start);
  const EventJson json(worlds);
  output.Open();
  EventFeed feed(worlds, job);
  const auto take = [&](CallKey call, std::uint32_t flow,
                        const CallEvent& event) {
    if (event.type == EventType::kIncomingCall && !with_event_grid) return;
    const std::string text = json.Text(call, flow, event);
    output.Write(is_array ? '[' + text + "]\n" : text + '\n');
  };
  while (output.WantsMore() && feed.Next(take)) {
  }
  const Status status = output.Finish();
  return status.ok() ? kDone : EndWithFailure(status.message());
}

}  // namespace busyhour::internal
