#include "measure/corpus.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "base/units.h"
#include "busyhour/error.h"
#include "engine/pipe.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::size_t kReadBytes = 1 << 20;

// Stops the run when it is full, like a reader that has closed its pipe.
class TextSink : public Sink {
 public:
  TextSink(std::string& text, std::uint64_t max_bytes)
      : text_(text), max_bytes_(max_bytes) {}

  Status Write(std::span<const std::string_view> spans) override {
    for (const std::string_view span : spans) {
      if (span.size() > max_bytes_ - text_.size()) {
        return Status::Closed();
      }
      text_ += span;
    }
    return Status::Ok();
  }
  Status Finish() override { return Status::Ok(); }

 private:
  std::string& text_;
  const std::uint64_t max_bytes_;
};

InputError TooLarge(const std::string& source, std::uint64_t max_bytes) {
  return InputError(
      source,
      "is more than " + FormatSize(static_cast<double>(max_bytes)) +
          ", the limit for this machine: 1 GiB, or a quarter of its memory");
}

InputError Unreadable(const std::string& path, int error) {
  return InputError(path,
                    std::string("cannot be read: ") + std::strerror(error));
}

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : fd_(path == "-" ? STDIN_FILENO
                        : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd_ > STDIN_FILENO) ::close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

void AppendFile(const std::string& path, std::uint64_t max_bytes,
                std::string& text) {
  const OpenFile file(path);
  struct stat status {};
  if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) {
    throw Unreadable(path, errno);
  }
  // The size of a regular file is known in advance; that of a pipe is not.
  if (S_ISREG(status.st_mode)) {
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > max_bytes - text.size()) throw TooLarge(path, max_bytes);
    text.reserve(text.size() + size + kReadBytes);
  }
  for (;;) {
    const std::size_t before = text.size();
    text.resize(before + kReadBytes);
    const ssize_t got = ::read(file.fd(), text.data() + before, kReadBytes);
    const int error = errno;
    text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return;
    if (got < 0 && error != EINTR) throw Unreadable(path, error);
    if (text.size() > max_bytes) throw TooLarge(path, max_bytes);
  }
}

bool IsCsv(const std::string& path) { return path.ends_with(".csv"); }

}  // namespace

std::uint64_t MaxCorpusBytes() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_bytes <= 0) return kMostBytes;
  return std::min(kMostBytes, static_cast<std::uint64_t>(pages) *
                                  static_cast<std::uint64_t>(page_bytes) / 4);
}

Corpus Corpus::Generate(const Worlds& worlds, const Job& job, int threads,
                        std::uint64_t max_bytes) {
  Corpus corpus;
  corpus.frame_ = job.frame;
  TextSink sink(corpus.buffer_, max_bytes);
  Pipe::Options options;
  options.threads = threads;
  Pipe pipe(worlds, job, Routes(worlds.size()), {&sink}, std::move(options));
  // A sink in memory fails only if it is full, and then reports that it is
  // closed.
  const Status status = pipe.Run();
  if (status.closed()) throw TooLarge("the corpus", max_bytes);
  if (!status.ok()) throw InputError("the corpus", status.message());
  corpus.calls_ = pipe.tally().calls;
  corpus.records_ = pipe.tally().all_records();
  corpus.Pad();
  return corpus;
}

Corpus Corpus::Read(const std::vector<std::string>& paths,
                    std::optional<Frame> frame, std::uint64_t max_bytes) {
  Corpus corpus;
  for (const std::string& path : paths) {
    // The last line of a file may lack its line end.
    if (!corpus.buffer_.empty() && corpus.buffer_.back() != '\n') {
      corpus.buffer_ += '\n';
    }
    AppendFile(path, max_bytes, corpus.buffer_);
  }
  corpus.frame_ = frame                  ? *frame
                  : IsCsv(paths.front()) ? Frame::kCsv
                                         : GuessFrame(corpus.buffer_);
  const bool is_one_document =
      corpus.frame_ == Frame::kArray || corpus.frame_ == Frame::kQuery;
  if (paths.size() > 1 && is_one_document) {
    throw InputError(
        paths[1], "is unexpected: in frame " +
                      std::string(Info(corpus.frame_).name) +
                      " a file is one document, and only one can be measured");
  }
  corpus.Pad();
  return corpus;
}

void Corpus::Pad() {
  bytes_ = buffer_.size();
  buffer_.append(kPaddingBytes, '\0');
}

std::vector<std::string> Corpus::QueryColumns() const {
  using Json = nlohmann::json;
  // Rows are discarded while parsing, to save memory.
  const auto keep = [](int, Json::parse_event_t event, Json& value) {
    return event != Json::parse_event_t::key || value != "rows";
  };
  const std::string_view all = text();
  const Json answer = Json::parse(all.begin(), all.end(), keep, false);
  std::vector<std::string> names;
  const Json::json_pointer pointer("/tables/0/columns");
  if (answer.is_discarded() || !answer.contains(pointer)) return names;
  for (const Json& column : answer.at(pointer)) {
    const bool is_named = column.is_object() && column.contains("name") &&
                          column.at("name").is_string();
    names.push_back(is_named ? column.at("name").get<std::string>() : "");
  }
  return names;
}

Frame GuessFrame(std::string_view text) {
  // Without white space, which may precede or separate the first tokens.
  std::string begin;
  for (const char c : text.substr(0, 4096)) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') begin += c;
  }
  if (begin.starts_with('[')) return Frame::kArray;
  if (begin.starts_with(R"({"records":[)")) return Frame::kEventHub;
  if (begin.starts_with(R"({"tables":[)")) return Frame::kQuery;
  return Frame::kJsonl;
}

}  // namespace busyhour::internal
