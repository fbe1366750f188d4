#include "verify/verify_figures.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace busyhour::internal {
namespace {

using VerifyFigure = FigureOf<Verdict>;

// A number of records, and the sent records as its whole.
template <std::uint64_t VerifyCounts::*count>
constexpr VerifyFigure CountFigure(std::string_view name, FigureKind kind) {
  return {{name, kind}, [](const Verdict& verdict) {
            return Figure{static_cast<double>(verdict.total.*count),
                          static_cast<double>(verdict.total.sent),
                          {},
                          verdict.nothing_asked.empty()};
          }};
}

// There is a value if arrival times were read.
Figure LatencyOf(const Verdict& verdict, double ns) {
  return {ns, 0, {}, verdict.latency && verdict.latency->ns.count() > 0};
}

template <std::size_t share>
constexpr VerifyFigure LatencyFigure(std::string_view name) {
  return {{name, FigureKind::kTime}, [](const Verdict& verdict) {
            const bool is_known =
                verdict.latency && verdict.latency->ns.count() > 0;
            return LatencyOf(
                verdict,
                is_known ? static_cast<double>(QuantileOf(
                               *verdict.latency, kLatencyShares[share].share))
                         : 0);
          }};
}

constexpr std::array kVerifyFigures = {
    CountFigure<&VerifyCounts::sent>("sent", FigureKind::kCount),
    CountFigure<&VerifyCounts::received>("received", FigureKind::kPart),
    CountFigure<&VerifyCounts::intact>("intact", FigureKind::kPart),
    CountFigure<&VerifyCounts::lost>("lost", FigureKind::kPart),
    CountFigure<&VerifyCounts::duplicated>("duplicated", FigureKind::kPart),
    CountFigure<&VerifyCounts::altered>("altered", FigureKind::kPart),
    CountFigure<&VerifyCounts::foreign>("foreign", FigureKind::kPart),
    CountFigure<&VerifyCounts::undecodable>("undecodable", FigureKind::kPart),
    CountFigure<&VerifyCounts::out_of_order>("out_of_order", FigureKind::kPart),
    LatencyFigure<0>("latency.p50"),
    LatencyFigure<1>("latency.p90"),
    LatencyFigure<2>("latency.p99"),
    LatencyFigure<3>("latency.p99.9"),
    VerifyFigure{{"latency.max", FigureKind::kTime},
                 [](const Verdict& verdict) {
                   return LatencyOf(verdict, verdict.latency
                                                 ? static_cast<double>(
                                                       verdict.latency->max_ns)
                                                 : 0);
                 }},
};

}  // namespace

std::span<const FigureOf<Verdict>> VerifyFigures() { return kVerifyFigures; }

}  // namespace busyhour::internal
