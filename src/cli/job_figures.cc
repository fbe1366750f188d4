#include "cli/job_figures.h"

#include <array>
#include <string_view>

namespace busyhour::internal {
namespace {

constexpr double kNanosASecond = 1e9;

using JobFigure = FigureOf<JobPreview>;

template <double Estimate::*value>
constexpr JobFigure Estimated(std::string_view name, FigureKind kind) {
  return {{name, kind}, [](const JobPreview& preview) {
            return Figure{preview.estimate.*value, 0, {}};
          }};
}

template <double Estimate::*seconds>
constexpr JobFigure EstimatedTime(std::string_view name) {
  return {{name, FigureKind::kTime}, [](const JobPreview& preview) {
            return Figure{preview.estimate.*seconds * kNanosASecond, 0, {}};
          }};
}

// There is none without agents who serve a queue.
Figure OfAgents(const JobPreview& preview, double value) {
  return {value, 0, {}, preview.agents.resources > 0};
}

constexpr std::array kJobFigures = {
    Estimated<&Estimate::calls>("calls", FigureKind::kCount),
    Estimated<&Estimate::redials>("redials", FigureKind::kCount),
    Estimated<&Estimate::mean_rate_cps>("rate.mean", FigureKind::kRate),
    Estimated<&Estimate::peak_rate_cps>("rate.peak", FigureKind::kRate),
    Estimated<&Estimate::busy_hour_calls>("bhca", FigureKind::kCount),
    Estimated<&Estimate::answered_share>("answered", FigureKind::kShare),
    EstimatedTime<&Estimate::mean_holding_s>("holding.mean"),
    EstimatedTime<&Estimate::median_holding_s>("holding.median"),
    EstimatedTime<&Estimate::p95_holding_s>("holding.p95"),
    Estimated<&Estimate::mean_erlangs>("erlangs.mean", FigureKind::kNumber),
    Estimated<&Estimate::busy_hour_erlangs>("erlangs.busy_hour",
                                            FigureKind::kNumber),
    JobFigure{{"agents.needed", FigureKind::kNumber},
              [](const JobPreview& preview) {
                return OfAgents(preview, preview.agents.needed);
              }},
    JobFigure{{"agents.unserved", FigureKind::kShare},
              [](const JobPreview& preview) {
                return OfAgents(preview, preview.agents.unserved_share());
              }},
    JobFigure{{"incidents", FigureKind::kCount},
              [](const JobPreview& preview) {
                double occurrences = 0;
                for (const IncidentPreview& each : preview.incidents) {
                  occurrences += static_cast<double>(each.occurrences);
                }
                return Figure{occurrences, 0, {}};
              }},
    JobFigure{{"records", FigureKind::kCount},
              [](const JobPreview& preview) {
                return Figure{preview.estimate.records(), 0, {}};
              }},
    JobFigure{{"bytes", FigureKind::kSize},
              [](const JobPreview& preview) {
                return Figure{preview.estimate.bytes(), 0, {}};
              }},
    Estimated<&Estimate::records_in_flight>("records_in_flight",
                                            FigureKind::kCount),
    Estimated<&Estimate::calls_in_flight>("calls_in_flight",
                                          FigureKind::kCount),
    Estimated<&Estimate::memory_bytes>("memory", FigureKind::kSize),
    JobFigure{{"generate", FigureKind::kTime},
              [](const JobPreview& preview) {
                return Figure{preview.estimate.records() /
                                  preview.estimate.records_a_second *
                                  kNanosASecond,
                              0,
                              {}};
              }},
};

}  // namespace

std::span<const FigureOf<JobPreview>> JobFigures() { return kJobFigures; }

}  // namespace busyhour::internal
