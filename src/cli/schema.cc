// busyhour schema: what a record, or a profile, may hold.

#include "encode/schema.h"

#include <algorithm>
#include <cstdio>

#include "base/nearest.h"
#include "cli/command.h"
#include "cli/options.h"
#include "encode/shape.h"
#include "profile/load.h"

namespace busyhour {

int RunSchema(int argc, const char* const* argv) {
  OptionReader options("schema",
                       "operational|media_summary|usage|profile "
                       "[--shape NAME]",
                       "Prints the JSON Schema (2020-12) of a log's records in "
                       "a shape, or of a profile.",
                       "busyhour schema media_summary --shape table");
  options.Declare("shape",
                  "resource-log, table, portal or documented (resource-log)",
                  "NAME");
  options.AllowWords(1);
  if (options.Parse(argc, argv)) return kDone;
  options.ThrowIfRefused();
  if (options.words().empty()) {
    throw InputError("busyhour schema",
                     "needs operational, media_summary, usage or profile");
  }
  const std::string& what = options.words().front();
  if (what == "profile") {
    if (options.Has("shape")) {
      throw InputError("--shape", "does not go with a profile");
    }
    std::fputs(ProfileSchema().c_str(), stdout);
    return kDone;
  }
  std::vector<std::string_view> names = {"profile"};
  for (const LogInfo& log : Logs()) names.push_back(log.name);
  const auto log =
      std::find_if(std::begin(Logs()), std::end(Logs()),
                   [&](const LogInfo& info) { return info.name == what; });
  if (log == std::end(Logs())) {
    throw InputError("busyhour schema",
                     "\"" + what + "\" is no log" + DidYouMean(what, names));
  }
  const std::string shape_name = options.Text("shape", "resource-log");
  const std::optional<Shape> shape = FindShape(shape_name);
  if (!shape) {
    std::vector<std::string_view> shapes;
    for (const ShapeInfo& info : Shapes()) shapes.push_back(info.name);
    throw InputError("--shape", "\"" + shape_name + "\" is not known" +
                                    DidYouMean(shape_name, shapes));
  }
  std::fputs(RecordSchema(log->log, *shape).c_str(), stdout);
  return kDone;
}

}  // namespace busyhour
