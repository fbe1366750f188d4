#include "busyhour/explain.h"

#include <utility>
#include <vector>

#include "engine/scribe.h"
#include "interface/call_of.h"
#include "interface/job_data.h"
#include "verify/call_of_job.h"
#include "verify/story.h"
#include "verify/story_text.h"

namespace busyhour {
namespace {

Call SimulatedCall(const JobData& data, internal::CallKey key) {
  internal::Scribe scribe(data.worlds, data.job, /*takes_notes=*/true);
  const internal::Call& call = scribe.SimulateCall(key);
  std::vector<internal::Record> records;
  scribe.AppendRecords(0, records);
  return CallOf(data, call, records);
}

}  // namespace

std::optional<Story> Explain(const Job& job, std::string_view text) {
  const JobData& data = *JobData::Of(job);
  for (const std::string& id : internal::IdsIn(text)) {
    const auto origin = data.worlds.OriginOf(id);
    if (!origin || !origin->call ||
        !internal::CallExists(data.worlds.PlanOf(*origin->call),
                              *origin->call)) {
      continue;
    }
    const internal::Story story =
        internal::StoryOf(data.worlds, data.job, *origin->call, id);
    return Story{std::string(origin->what), SimulatedCall(data, *origin->call),
                 internal::StoryText(story), story.Json()};
  }
  return std::nullopt;
}

}  // namespace busyhour
