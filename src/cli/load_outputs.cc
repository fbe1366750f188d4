#include "cli/load_outputs.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "deliver/fd_sink.h"
#include "deliver/file_sink.h"
#include "deliver/output_path.h"

namespace busyhour {

void CheckOutputs(const LoadOptions& load, const Uri& target,
                  OptionReader& options) {
  const std::array<NamedPath, 6> files = {{
      {"profile", options.Has("profile") ? options.Text("profile") : ""},
      {"pattern", options.Has("pattern") ? options.Text("pattern") : ""},
      {"to", target.scheme == "file" ? target.path : ""},
      {"report", load.report},
      {"manifest", load.manifest},
      {"junit", load.checks.junit},
  }};
  for (const NamedPath& file : std::span(files).last(3)) {
    if (file.path.empty()) {
      if (options.Has(file.option)) {
        options.Refuse(file.option, "the name is empty");
      }
      continue;
    }
    // A pipe is opened only when the report is written, because opening it
    // blocks until there is a reader.
    if (file.option != "manifest" && IsSpecialFile(file.path)) continue;
    std::string objection = ObjectionToFile(file.path, load.force);
    if (objection.empty() && load.to == "-" &&
        IsOpenAs(STDOUT_FILENO, file.path)) {
      objection = file.path + " is also the file of --to";
    }
    if (!objection.empty()) options.Refuse(file.option, std::move(objection));
  }
  RefuseSameFiles(files, options.problems());
}

Status WriteReport(const std::string& path, const std::string& text) {
  if (path.empty()) return Status::Ok();
  const std::string_view span = text;
  if (IsSpecialFile(path)) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
      return Status::Failed("cannot write " + path + ": " +
                            std::strerror(errno));
    }
    const Status status = FdSink(fd, path).Write({&span, 1});
    ::close(fd);
    return status.closed() ? Status::Ok() : status;
  }
  // `CheckOutputs` has already checked whether it may be replaced.
  FileSink sink(path, true);
  if (Status status = sink.Open(); !status.ok()) return status;
  if (Status status = sink.Write({&span, 1}); !status.ok()) return status;
  return sink.Finish();
}

}  // namespace busyhour
