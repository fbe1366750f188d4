#pragma once

#include "profile/incident.h"
#include "profile/keys.h"
#include "profile/profile.h"
#include "profile/values.h"

namespace busyhour::internal {

/// The keys of a share of refused requests, of the section `requests`, and of
/// `media`.
void VisitFailures(RequestFailures& failures, KeyVisitor& keys);
void VisitRequests(Requests& requests, KeyVisitor& keys);
void VisitMediaFailures(MediaFailures& media, KeyVisitor& keys);

/// The statuses of refused requests, by their text.
Names<int> RefusalStatusNames();

}  // namespace busyhour::internal
