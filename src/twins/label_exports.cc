#include "twins/label_exports.h"

namespace busyhour {
namespace {

constexpr LabelExport kExports[] = {
    {"nab", MakeNabExport},
    {"tsb-ad", MakeTsbAdExport},
    {"timeeval", MakeTimeEvalExport},
    {"loghub", MakeLogHubExport},
};

}  // namespace

std::span<const LabelExport> LabelExports() { return kExports; }

}  // namespace busyhour
