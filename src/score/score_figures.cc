#include "score/score_figures.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace busyhour::internal {
namespace {

constexpr double kNanosPerMs = 1e6;

using ScoreFigure = FigureOf<Score>;

Figure PartFigure(std::size_t count, std::size_t whole) {
  return {static_cast<double>(count), static_cast<double>(whole), {}};
}

Figure OptionalFigure(const std::optional<double>& value) {
  return {value.value_or(0), 0, {}, value.has_value()};
}

Figure MsFigure(std::int64_t ms) {
  return {static_cast<double>(ms) * kNanosPerMs, 0, {}};
}

// A quantile of the delays of detections, in percent.
template <int percent>
constexpr ScoreFigure DelayFigure(std::string_view name) {
  return {{name, FigureKind::kTime}, [](const Score& score) {
            const auto& delays = score.all.delays_ms;
            Figure figure = MsFigure(
                delays.empty() ? 0 : QuantileOf(delays, percent / 100.0));
            figure.is_known = !delays.empty();
            return figure;
          }};
}

template <std::size_t profile>
constexpr ScoreFigure NabFigure(std::string_view name) {
  return {{name, FigureKind::kNumber}, [](const Score& score) {
            return OptionalFigure(score.nab.scores[profile]);
          }};
}

constexpr std::array kScoreFigures = {
    ScoreFigure{{"occurrences", FigureKind::kCount},
                [](const Score& score) {
                  return PartFigure(score.all.occurrences, 0);
                }},
    ScoreFigure{{"detected", FigureKind::kPart},
                [](const Score& score) {
                  return PartFigure(score.all.detected, score.all.occurrences);
                }},
    ScoreFigure{{"named", FigureKind::kPart},
                [](const Score& score) {
                  Figure figure =
                      PartFigure(score.all.named, score.all.detected);
                  figure.is_known = score.has_causes;
                  return figure;
                }},
    ScoreFigure{{"alerts", FigureKind::kCount},
                [](const Score& score) { return PartFigure(score.alerts, 0); }},
    ScoreFigure{
        {"recall", FigureKind::kShare},
        [](const Score& score) { return OptionalFigure(score.recall()); }},
    ScoreFigure{
        {"precision", FigureKind::kShare},
        [](const Score& score) { return OptionalFigure(score.precision()); }},
    ScoreFigure{{"f1", FigureKind::kShare},
                [](const Score& score) { return OptionalFigure(score.f1()); }},
    DelayFigure<50>("delay.median"),
    DelayFigure<90>("delay.p90"),
    DelayFigure<100>("delay.max"),
    ScoreFigure{{"false_alarms", FigureKind::kPart},
                [](const Score& score) {
                  return PartFigure(score.false_alarms(), score.alerts);
                }},
    ScoreFigure{{"false_alarms_a_week", FigureKind::kNumber},
                [](const Score& score) {
                  return Figure{score.false_alarms_a_week(), 0, {}};
                }},
    ScoreFigure{
        {"false_alarm_time", FigureKind::kTime},
        [](const Score& score) { return MsFigure(score.false_alarm_ms); }},
    NabFigure<0>("nab.standard"),
    NabFigure<1>("nab.reward_low_FP_rate"),
    NabFigure<2>("nab.reward_low_FN_rate"),
};
static_assert(kNabProfiles.size() == 3 && kNabProfiles[0].name == "standard" &&
              kNabProfiles[1].name == "reward_low_FP_rate" &&
              kNabProfiles[2].name == "reward_low_FN_rate");

}  // namespace

std::span<const FigureOf<Score>> ScoreFigures() { return kScoreFigures; }

}  // namespace busyhour::internal
