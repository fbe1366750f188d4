#include "verify/verify_options.h"

#include <vector>

#include "base/nearest.h"
#include "logs/field_names.h"

namespace busyhour::internal {

PerLog<FieldSet> ReadFields(std::string_view list, const RefuseValue& refuse) {
  PerLog<FieldSet> fields;
  for (const std::string& name : SplitAtCommas(list)) {
    const PerLog<FieldSet> named = FieldsNamed(name);
    if (!AnyOf(named)) {
      const std::vector<std::string_view> names = AllColumnNames();
      std::string hint = DidYouMean(name, names);
      if (hint.empty()) hint = "; busyhour schema LOG lists them";
      refuse("\"" + name + "\" is not a field of any log" + hint);
    }
    AddTo(fields, named);
  }
  return fields;
}

}  // namespace busyhour::internal
