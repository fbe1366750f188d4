#include "profile/redial_keys.h"

#include "base/call_key.h"
#include "base/time.h"
#include "profile/values.h"

namespace busyhour::internal {
namespace {

Names<AttemptEnd> AttemptEndNames() {
  Names<AttemptEnd> names;
  for (const AttemptEndInfo& info : kAttemptEnds) {
    names.emplace_back(info.name, info.end);
  }
  return names;
}

Value RedialObject(Redial& redial) {
  return Object([&redial](KeyVisitor& keys) {
    keys.Required("share", Share(redial.share),
                  "The probability that the caller calls again after such an "
                  "end: the persistence. In an outbound flow, that the "
                  "application tries again.");
    keys.Optional("delay", Spread(redial.delay, kMsPerSecond, kMsPerDay),
                  "From the end of the attempt to the next one.");
  });
}

}  // namespace

void VisitRedials(Redials& redials, KeyVisitor& keys) {
  keys.Optional(
      "after",
      WithDefault(MapOf<AttemptEnd, Redial>(redials.after, AttemptEndNames(),
                                            "an end of a call", RedialObject),
                  "nobody calls again"),
      "Who calls again, by the end of the attempt; see "
      "[model.md](model.md#redials).");
  keys.Optional("most", Count(redials.most, 0, kMostRedials),
                "How often the same caller calls again at most.",
                "range: the key of a call has 2 bits for it; default: our "
                "assumption");
}

}  // namespace busyhour::internal
