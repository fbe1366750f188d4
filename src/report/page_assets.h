#pragma once

#include <string_view>

// The style and the scripts of all pages, which the build embeds.

namespace busyhour::internal {

struct PageAsset {
  std::string_view text;    ///< empty if this build has none
  std::string_view sha256;  ///< of the text, in hexadecimal digits
};

extern const PageAsset kPageStyle;
/// Draws the charts of a page, with the library in `kPageCharts`.
extern const PageAsset kPageScript;
/// uPlot, if the build has it.
extern const PageAsset kPageCharts;
/// Keeps the page of a run that goes on up to date.
extern const PageAsset kPageLive;

}  // namespace busyhour::internal
