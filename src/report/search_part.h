#pragma once

#include "report/page.h"
#include "report/search_report.h"

namespace busyhour::internal {

/// The part of a page that shows a search for the highest rate; with `old`, an
/// earlier search beside it.
ReportPart PartOf(const SearchReport& search, const SearchReport* old);

}  // namespace busyhour::internal
