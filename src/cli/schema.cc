// busyhour schema: prints the schema of a log's records or of a profile.

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"
#include "encode/declaration.h"
#include "encode/shape.h"
#include "profile/load.h"

namespace busyhour::internal {

namespace {

constexpr Option kSchemaOptions[] = {
    {"format", "NAME", "What to print", "json",
     [] { return NamesOf(DeclarationFormats()); }},
    {"shape", "NAME", "How a record is spelled",
     "resource-log for json and dcr, otherwise table",
     [] { return NamesOf(Shapes()); }},
    {"dialect", "NAME", "The SQL of --format sql", "postgresql",
     [] { return NamesOf(SqlDialects()); }},
    kQuietOutput,
};

// What to print: a profile's schema, or a log's records in a shape.
struct SchemaRequest {
  bool is_profile = false;
  std::optional<LogType> log;
  const DeclarationFormat* format = &DeclarationFormats().front();
  std::optional<Shape> shape;
  const SqlDialect* dialect = &SqlDialects().front();
};

std::vector<std::string_view> Subjects(std::size_t) {
  std::vector<std::string_view> names = NamesOf(Logs());
  names.push_back("profile");
  return names;
}

void ReadSubject(OptionReader& options, SchemaRequest& request) {
  const std::vector<std::string_view> names = Subjects(0);
  const auto refuse = [&](std::string message) {
    options.problems().push_back(
        {"busyhour schema", 0, 0, "", std::move(message)});
  };
  if (options.words().empty())
    return refuse("a log is missing: " + Listed(names));
  const std::string& word = options.words().front();
  request.is_profile = word == "profile";
  request.log = FindLog(word);
  if (!request.is_profile && !request.log) refuse(NotAmong(word, names));
}

void ReadFormat(OptionReader& options, SchemaRequest& request) {
  const std::optional<std::size_t> format = options.Choice("format");
  if (format) request.format = &DeclarationFormats()[*format];
  if (options.Has("dialect")) {
    const std::optional<std::size_t> dialect = options.Choice("dialect");
    if (dialect) request.dialect = &SqlDialects()[*dialect];
    if (format && !request.format->has_dialects) {
      options.Refuse("dialect", "requires --format sql");
    }
  }
  request.shape = request.format->shapes.front();
  if (!options.Has("shape")) return;
  const std::optional<std::size_t> shape = options.Choice("shape");
  if (!shape || !format) return;
  request.shape = Shapes()[*shape].shape;
  std::vector<std::string_view> possible;
  for (const Shape each : request.format->shapes) {
    if (each == *request.shape) return;
    possible.push_back(Info(each).name);
  }
  options.Refuse("shape",
                 "cannot be " + std::string(Info(*request.shape).name) +
                     " with --format " + std::string(request.format->name) +
                     ", which requires " + Listed(possible));
}

SchemaRequest ReadRequest(OptionReader& options) {
  SchemaRequest request;
  ReadSubject(options, request);
  if (request.is_profile) {
    for (const std::string_view name : options.Given()) {
      if (name == kQuietOutput.name) continue;
      options.Refuse(name, "cannot be combined with a profile");
    }
  } else {
    ReadFormat(options, request);
  }
  options.ThrowIfRefused();
  return request;
}

}  // namespace

int RunSchema(int argc, const char* const* argv) {
  OptionReader options(
      {"schema", "LOG|profile [--format NAME] [--shape NAME] [--dialect NAME]",
       "Prints the JSON Schema (2020-12) of a log's records or of a profile, "
       "or the\ndeclaration of a table for the records in another language. "
       "LOG is one of\n" +
           Listed(NamesOf(Logs())) + '.',
       "busyhour schema media_summary --format sql --dialect duckdb"});
  options.Declare(kSchemaOptions);
  options.AllowWords(1, Subjects);
  if (options.Parse(argc, argv)) return kDone;
  const SchemaRequest request = ReadRequest(options);
  const std::string text =
      request.is_profile ? ProfileSchema()
                         : request.format->write(*request.log, *request.shape,
                                                 *request.dialect);
  std::fputs(text.c_str(), stdout);
  return kDone;
}

}  // namespace busyhour::internal
