#include "catalog/faults.h"

namespace busyhour {
namespace {

// name, moves, needs lines, needs names, has a time, has a field, meaning
constexpr std::array<FaultInfo, kFaultKindCount> kFaults = {{
    {"drop", true, false, false, false, false, "it is not delivered"},
    {"duplicate", true, false, false, true, false, "it is delivered twice"},
    {"delay", true, false, false, true, false, "it is delivered late"},
    {"reorder", true, false, false, true, false,
     "it lets others of about the same time go first"},
    {"truncate", false, true, false, false, false, "its line is cut short"},
    {"corrupt", false, true, false, false, false,
     "some bytes of its line are others"},
    {"invalid_utf8", false, true, false, false, true,
     "a value has bytes that are no UTF-8"},
    {"extra_field", false, false, true, false, false,
     "it has a field that no log has"},
    {"missing_field", false, false, true, false, true, "a field is not there"},
    {"wrong_type", false, false, false, false, true,
     "a value is a list, an object, null or true instead"},
    {"renamed_field", false, false, true, false, true,
     "a field has another name"},
    {"wrong_case", false, false, true, false, true,
     "a field's name is in other letters, large or small"},
    {"clock_skew", false, false, false, true, false,
     "all its times are off by the same"},
    {"oversize", false, false, false, false, true, "a value is very long"},
    {"blank_line", false, true, false, false, false,
     "an empty line stands before it"},
    {"partial_line", false, true, false, false, false,
     "as the last of its stream it is cut short, and its line does not end"},
}};

}  // namespace

const std::array<FaultInfo, kFaultKindCount>& FaultInfos() { return kFaults; }

}  // namespace busyhour
