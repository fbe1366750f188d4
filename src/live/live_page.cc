#include "live/live_page.h"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/printable.h"
#include "base/units.h"
#include "report/chart.h"
#include "report/page_html.h"
#include "report/run_charts.h"
#include "report/run_part.h"

namespace busyhour::internal {
namespace {

using OrderedJson = nlohmann::ordered_json;

struct LiveState {
  std::string_view name;  ///< for programs
  PageVerdict verdict;
};

LiveState StateOf(const LiveFigures& figures) {
  const std::string since =
      FormatDuration(static_cast<std::int64_t>(figures.seconds * 1e3)) +
      " since the start";
  if (figures.is_over) {
    return {"over",
            {figures.run.passed ? Meaning::kGood : Meaning::kBad,
             figures.run.passed ? "Passed" : "Failed", figures.run.verdict}};
  }
  std::string sentence = since;
  if (figures.rate > 0) {
    sentence += ", rate " + NumberText(figures.rate) + ' ' + figures.unit;
  }
  if (figures.is_ending) {
    return {"ending",
            {Meaning::kNeutral, "Ending",
             since + "; the plan has ended, and the rest is sent"}};
  }
  if (figures.is_paused) {
    return {"paused", {Meaning::kNeutral, "Paused", sentence}};
  }
  return {"running", {Meaning::kNeutral, "Running", sentence}};
}

std::string IdOf(std::size_t chart) {
  return "chart" + std::to_string(chart + 1);
}

ChartGroup LiveCharts(const LiveFigures& figures) {
  return ChartsOf(figures.run, nullptr, EmptyCharts::kKept);
}

OrderedJson DataOf(const ChartGroup& group) {
  OrderedJson data = OrderedJson::array();
  for (const Chart& chart : group.charts) {
    OrderedJson& json = data.emplace_back(
        ChartJson(chart, IdOf(data.size()),
                  chart.axis == ChartAxis::kNines ? "" : "live"));
    json["remark"] = ForPerson(RemarkOn(chart));
  }
  return data;
}

std::string TablesOf(const RunReport& run) {
  return (run.changes.empty() ? "" : TableHtml(ChangesDuring(run))) +
         TableHtml(ErrorsOf(run));
}

std::string JsonLine(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string NoteFor(const LiveReader& reader) {
  if (!reader.has_control) {
    return "A search for the highest rate sets the rates itself.";
  }
  return reader.token.empty()
             ? "From another machine, the run can be changed with the link "
               "that it showed at its start."
             : "A change moves the plan; it does not change what is sent.";
}

std::string ControlsHtml(const LiveFigures& figures, const LiveReader& reader) {
  return "<section id=\"controls\" aria-labelledby=\"controlstitle\" "
         "data-control=\"" +
         std::string(reader.has_control ? "yes" : "no") + "\" data-unit=\"" +
         EscapedHtml(figures.unit) + "\" data-token=\"" +
         EscapedHtml(reader.token) +
         "\">\n<h2 id=\"controlstitle\">Control</h2>\n" +
         Element("p", "class=\"quiet\"", NoteFor(reader)) +
         "<div class=\"controls\">\n"
         "<button type=\"button\" id=\"pause\" disabled>Pause</button>\n"
         "<button type=\"button\" id=\"slower\" data-rate disabled>Slower"
         "</button>\n"
         "<button type=\"button\" id=\"faster\" data-rate disabled>Faster"
         "</button>\n"
         "<label for=\"rate\">Rate</label>\n"
         "<input id=\"rate\" data-rate autocomplete=\"off\" disabled>\n"
         "<span>" +
         EscapedHtml(figures.unit) +
         "</span>\n"
         "<button type=\"button\" id=\"set\" data-rate disabled>Set</button>\n"
         "<button type=\"button\" id=\"end\" disabled>End the run</button>\n"
         "</div>\n<p id=\"answer\" role=\"status\"></p>\n</section>\n";
}

}  // namespace

std::string LivePage(const LiveFigures& figures, const LiveReader& reader) {
  const RunReport& run = figures.run;
  const PageVerdict verdict = StateOf(figures).verdict;
  const ChartGroup group = LiveCharts(figures);
  const std::string subject = run.profile + " to " + run.target;
  PageFrame frame;
  frame.title = verdict.word + ": " + subject + " - busyhour";
  frame.script = &kPageLive;
  frame.data = JsonLine(DataOf(group));
  frame.header =
      "<header>\n" + Element("p", "class=\"above\"", "busyhour load") +
      Element("h1", "id=\"word\"", verdict.word) + "<ul class=\"verdicts\">" +
      Element("li", "id=\"sentence\"", verdict.sentence) + "</ul>\n</header>\n";
  frame.main = ControlsHtml(figures, reader) +
               "<section aria-labelledby=\"runtitle\">\n"
               "<h2 id=\"runtitle\">Load run</h2>\n" +
               Element("p", "class=\"quiet\"", subject + ", " + run.plan) +
               "<div id=\"tiles\">" + TilesHtml(TilesOf(run)) +
               "</div>\n<div class=\"charts\">\n";
  for (std::size_t i = 0; i < group.charts.size(); ++i) {
    frame.main +=
        FigureHtml(group.charts[i], IdOf(i), !kPageCharts.text.empty());
  }
  frame.main +=
      "</div>\n<div id=\"tables\">" + TablesOf(run) + "</div>\n</section>\n";
  return PageHtml(frame);
}

std::string LiveEvent(const LiveFigures& figures) {
  const LiveState state = StateOf(figures);
  OrderedJson json;
  json["word"] = state.verdict.word;
  json["meaning"] = state.verdict.meaning == Meaning::kGood  ? "good"
                    : state.verdict.meaning == Meaning::kBad ? "bad"
                                                             : "";
  json["sentence"] = ForPerson(state.verdict.sentence);
  json["rate"] = figures.rate;
  json["paused"] = figures.is_paused;
  json["ending"] = figures.is_ending;
  json["over"] = figures.is_over;
  json["tiles"] = TilesHtml(TilesOf(figures.run));
  json["tables"] = TablesOf(figures.run);
  json["charts"] = DataOf(LiveCharts(figures));
  return "data: " + JsonLine(json) + "\n\n";
}

std::string LiveStatus(const LiveFigures& figures, const LiveReader& reader) {
  const RunReport& run = figures.run;
  OrderedJson json;
  json["state"] = StateOf(figures).name;
  json["t"] = figures.seconds;
  json["rate"] = figures.rate;
  json["unit"] = figures.unit;
  json["profile"] = run.profile;
  json["target"] = run.target;
  json["planned"] = run.records[0];
  json["sent"] = figures.sent;
  json["acknowledged"] = run.records[1];
  json["queued"] = figures.queued;
  json["backlog_seconds"] = figures.backlog_seconds;
  json["lateness_p99_seconds"] = figures.lateness_seconds[1];
  if (!reader.token.empty()) json["token"] = reader.token;
  return JsonLine(json) + '\n';
}

}  // namespace busyhour::internal
