#include "cli/text_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "dataset/file_form.h"
#include "deliver/fd_sink.h"
#include "deliver/file_sink.h"
#include "deliver/output_path.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

}  // namespace

TextOutput::TextOutput(OptionReader& options)
    : path_(options.Text("out")), may_replace_(options.Has("force")) {
  if (path_ == "-") return;
  std::string objection = path_.empty() ? "the name is empty"
                                        : ObjectionToFile(path_, may_replace_);
  if (objection.empty() && options.Has("profile") &&
      IsSameFile(path_, options.Text("profile"))) {
    objection = path_ + " is also the file of --profile";
  }
  if (!objection.empty()) options.Refuse("out", objection);
}

void RefuseOtherThanLines(OptionReader& options) {
  const std::string objection = ObjectionToLines(options.Text("out"));
  if (!objection.empty()) options.Refuse("out", objection);
}

void TextOutput::Open() {
  if (path_ == "-") {
    sink_ = std::make_unique<FdSink>(STDOUT_FILENO, "standard output");
    return;
  }
  auto file = std::make_unique<FileSink>(
      path_,
      FileRules{.may_replace = may_replace_, .discards_unfinished = true});
  status_ = file->Open();
  sink_ = std::move(file);
}

void TextOutput::Write(std::string_view text) {
  if (!status_.ok()) return;
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) Flush();
}

void TextOutput::Flush() {
  const std::string_view span = buffer_;
  if (!span.empty()) status_ = sink_->Write({&span, 1});
  buffer_.clear();
}

Status TextOutput::Finish() {
  if (status_.ok()) Flush();
  if (status_.ok()) status_ = sink_->Finish();
  sink_.reset();
  return status_.closed() ? Status::Ok() : status_;
}

Status WriteReport(const std::string& path, const std::string& text) {
  if (path.empty()) return Status::Ok();
  const std::string_view span = text;
  if (path == "-") {
    const Status status =
        FdSink(STDOUT_FILENO, "standard output").Write({&span, 1});
    return status.closed() ? Status::Ok() : status;
  }
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
  FileSink sink(path, {.may_replace = true, .discards_unfinished = true});
  if (Status status = sink.Open(); !status.ok()) return status;
  if (Status status = sink.Write({&span, 1}); !status.ok()) return status;
  return sink.Finish();
}

}  // namespace busyhour::internal
