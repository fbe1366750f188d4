#include "catalog/faults.h"

namespace busyhour::internal {
namespace {

// name, moves, needs lines, needs names, has a time, has a field, meaning
constexpr std::array<FaultInfo, kFaultKindCount> kFaults = {{
    {"drop", true, false, false, false, false, "it is not delivered"},
    {"duplicate", true, false, false, true, false, "it is delivered twice"},
    {"delay", true, false, false, true, false, "it is delivered late"},
    {"reorder", true, false, false, true, false,
     "it is delivered after later records"},
    {"truncate", false, true, false, false, false, "its line is truncated"},
    {"corrupt", false, true, false, false, false,
     "some bytes of its line are changed"},
    {"invalid_utf8", false, true, false, false, true,
     "a value contains bytes that are not UTF-8"},
    {"extra_field", false, false, true, false, false,
     "it has a field that no log has"},
    {"missing_field", false, false, true, false, true, "a field is missing"},
    {"wrong_type", false, false, false, false, true,
     "a value is a list, an object, null or true instead"},
    {"renamed_field", false, false, true, false, true,
     "a field has another name"},
    {"wrong_case", false, false, true, false, true,
     "the name of a field has letters in another case"},
    {"clock_skew", false, false, false, true, false,
     "all its times are shifted by the same amount"},
    {"oversize", false, false, false, false, true, "a value is very long"},
    {"blank_line", false, true, false, false, false,
     "an empty line precedes it"},
    {"partial_line", false, true, false, false, false,
     "the last record of its stream is truncated, without a line end"},
}};

}  // namespace

const std::array<FaultInfo, kFaultKindCount>& FaultInfos() { return kFaults; }

}  // namespace busyhour::internal
