// busyhour schema: what a record, or a profile, may hold.

#include "encode/schema.h"

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"
#include "encode/shape.h"
#include "profile/load.h"

namespace busyhour {

namespace {

constexpr Option kSchemaOptions[] = {
    {"shape", "NAME", "How a record is spelled", "resource-log",
     [] { return NamesOf(Shapes()); }},
};

}  // namespace

int RunSchema(int argc, const char* const* argv) {
  const std::string logs = Listed(NamesOf(Logs()));
  OptionReader options(
      {"schema", "LOG|profile [--shape NAME]",
       "Prints the JSON Schema (2020-12) of a log's records in a shape, or of "
       "a profile.\nLOG is one of " +
           logs + '.',
       "busyhour schema media_summary --shape table"});
  options.Declare(kSchemaOptions);
  options.AllowWords(1);
  if (options.Parse(argc, argv)) return kDone;
  options.ThrowIfRefused();
  if (options.words().empty()) {
    throw InputError("busyhour schema",
                     "needs one of " + logs + ", or profile");
  }
  const std::string& what = options.words().front();
  if (what == "profile") {
    if (options.Has("shape")) {
      throw InputError("--shape", "cannot be combined with a profile");
    }
    std::fputs(ProfileSchema().c_str(), stdout);
    return kDone;
  }
  const std::optional<LogType> log = FindLog(what);
  if (!log) {
    std::vector<std::string_view> names = NamesOf(Logs());
    names.push_back("profile");
    options.problems().push_back(
        {"busyhour schema", 0, 0, "", NotAmong(what, names)});
  }
  const std::optional<std::size_t> shape = options.Choice("shape");
  options.ThrowIfRefused();
  std::fputs(RecordSchema(*log, Shapes()[*shape].shape).c_str(), stdout);
  return kDone;
}

}  // namespace busyhour
