#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/page.h"
#include "report/page_assets.h"

// The pieces of a page. All texts are escaped; what is called HTML is not.

namespace busyhour::internal {

/// `<p class="quiet">text</p>`; nothing without a text.
std::string Element(std::string_view name, std::string_view attributes,
                    std::string_view text);
std::string EscapedHtml(std::string_view text);
/// `class="good"`; nothing for a neutral meaning.
std::string_view ClassOf(Meaning meaning);

std::string TilesHtml(const std::vector<Tile>& tiles);
std::string TableHtml(const Table& table);
std::string FactsHtml(const FactList& list);
/// A chart's title, remark and table, and the place where page.js draws it,
/// `is_drawn`, with this id.
std::string FigureHtml(const Chart& chart, const std::string& id,
                       bool is_drawn);
/// The remark on a chart, and its highest value.
std::string RemarkOn(const Chart& chart);

/// A page around its content.
struct PageFrame {
  std::string title;   ///< of its window
  std::string header;  ///< HTML
  std::string main;    ///< HTML
  std::string data;    ///< of the charts, as JSON
  /// A further script, or null; such a page may send requests to its server.
  const PageAsset* script = nullptr;
};
std::string PageHtml(const PageFrame& frame);

}  // namespace busyhour::internal
