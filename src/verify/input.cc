#include "verify/input.h"

#include <fcntl.h>
#include <glob.h>
#include <lz4frame.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>

#include "base/units.h"

namespace busyhour {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRawBytes = 256 << 10;
constexpr std::size_t kMagicBytes = 4;

class GzipInflater : public Inflater {
 public:
  GzipInflater() {
    constexpr int kGzipOnly = 16;
    ok_ = inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK;
  }
  ~GzipInflater() override { inflateEnd(&stream_); }
  GzipInflater(const GzipInflater&) = delete;
  GzipInflater& operator=(const GzipInflater&) = delete;

  State Inflate(const char*& in, const char* in_end, char*& out,
                char* out_end) override {
    if (!ok_) return State::kBroken;
    if (ended_) {
      // Tools pad with zeros what they write in blocks.
      while (in < in_end && *in == 0) ++in;
      if (in == in_end) return State::kEnd;
      if (inflateReset(&stream_) != Z_OK) return State::kBroken;
      ended_ = false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in));
    stream_.avail_in = static_cast<uInt>(in_end - in);
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(out_end - out);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    in = reinterpret_cast<const char*>(stream_.next_in);
    out = reinterpret_cast<char*>(stream_.next_out);
    if (result == Z_STREAM_END) {
      ended_ = true;
      return State::kEnd;
    }
    return result == Z_OK || result == Z_BUF_ERROR ? State::kMore
                                                   : State::kBroken;
  }
  const char* name() const override { return "gzip"; }

 private:
  z_stream stream_{};
  bool ok_ = false;
  bool ended_ = false;
};

class ZstdInflater : public Inflater {
 public:
  ZstdInflater() : context_(ZSTD_createDCtx()) {}
  ~ZstdInflater() override { ZSTD_freeDCtx(context_); }
  ZstdInflater(const ZstdInflater&) = delete;
  ZstdInflater& operator=(const ZstdInflater&) = delete;

  State Inflate(const char*& in, const char* in_end, char*& out,
                char* out_end) override {
    if (context_ == nullptr) return State::kBroken;
    ZSTD_inBuffer from{in, static_cast<std::size_t>(in_end - in), 0};
    ZSTD_outBuffer to{out, static_cast<std::size_t>(out_end - out), 0};
    const std::size_t result = ZSTD_decompressStream(context_, &to, &from);
    in += from.pos;
    out += to.pos;
    if (ZSTD_isError(result) != 0) return State::kBroken;
    return result == 0 ? State::kEnd : State::kMore;
  }
  const char* name() const override { return "zstd"; }

 private:
  ZSTD_DCtx* context_;
};

class Lz4Inflater : public Inflater {
 public:
  Lz4Inflater() {
    ok_ = LZ4F_isError(
              LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)) == 0;
  }
  ~Lz4Inflater() override { LZ4F_freeDecompressionContext(context_); }
  Lz4Inflater(const Lz4Inflater&) = delete;
  Lz4Inflater& operator=(const Lz4Inflater&) = delete;

  State Inflate(const char*& in, const char* in_end, char*& out,
                char* out_end) override {
    if (!ok_) return State::kBroken;
    auto taken = static_cast<std::size_t>(in_end - in);
    auto put = static_cast<std::size_t>(out_end - out);
    const std::size_t result =
        LZ4F_decompress(context_, out, &put, in, &taken, nullptr);
    in += taken;
    out += put;
    if (LZ4F_isError(result) != 0) return State::kBroken;
    return result == 0 ? State::kEnd : State::kMore;
  }
  const char* name() const override { return "LZ4"; }

 private:
  LZ4F_dctx* context_ = nullptr;
  bool ok_ = false;
};

bool IsManifest(const std::string& name) {
  return name == "manifest.json" || name.ends_with(".manifest.json");
}

// The data files in a directory and below it.
class DirectoryWalk {
 public:
  explicit DirectoryWalk(std::vector<FoundInput>& found) : found_(found) {}

  void Enter(const fs::path& directory) {
    // A link may lead back to where it is.
    struct stat status {};
    if (::stat(directory.c_str(), &status) == 0 &&
        !entered_.emplace(status.st_dev, status.st_ino).second) {
      return;
    }
    std::error_code error;
    fs::directory_iterator at(directory, error);
    std::vector<fs::path> entries;
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
      entries.push_back(at->path());
    }
    if (error) Add(directory, "cannot be read: " + error.message());
    std::sort(entries.begin(), entries.end());
    for (const fs::path& path : entries) Take(path);
  }

 private:
  void Take(const fs::path& path) {
    const std::string name = path.filename();
    if (IsManifest(name) || name.ends_with(".part") || name.starts_with('.')) {
      return;
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    switch (status.type()) {
      case fs::file_type::regular:
        return Add(path, {});
      case fs::file_type::directory:
        return Enter(path);
      case fs::file_type::not_found:
        return Add(path, "is a link that leads nowhere");
      case fs::file_type::none:
      case fs::file_type::unknown:
        return Add(path, "cannot be read: " + error.message());
      default:
        return Add(path, "is neither a file nor a directory");
    }
  }
  void Add(const fs::path& path, std::string trouble) {
    found_.push_back({path.string(), std::move(trouble)});
  }

  std::vector<FoundInput>& found_;
  std::set<std::pair<dev_t, ino_t>> entered_;
};

}  // namespace

InputBytes::InputBytes(Source source, std::uint64_t max_inflated)
    : source_(std::move(source)),
      max_inflated_(max_inflated),
      raw_(kRawBytes) {}

bool InputBytes::Refill() {
  if (ended_) return false;
  if (begin_ == end_) begin_ = end_ = 0;
  const long bytes = source_(raw_.data() + end_, raw_.size() - end_);
  if (bytes <= 0) {
    ended_ = true;
    if (bytes < 0) {
      trouble_ = std::string("cannot be read on: ") + std::strerror(errno);
    }
    return false;
  }
  end_ += static_cast<std::size_t>(bytes);
  return true;
}

void InputBytes::Sniff() {
  sniffed_ = true;
  while (end_ - begin_ < kMagicBytes && Refill()) {
  }
  const std::string_view head(raw_.data(), std::min(end_, kMagicBytes));
  const auto is_skippable = [&] {  // zstd and LZ4 have them alike
    return head.size() == kMagicBytes && (head[0] & '\xf0') == '\x50' &&
           head.substr(1) == "\x2a\x4d\x18";
  };
  if (head.starts_with("\x1f\x8b")) {
    inflater_ = std::make_unique<GzipInflater>();
  } else if (head == "\x28\xb5\x2f\xfd" || is_skippable()) {
    inflater_ = std::make_unique<ZstdInflater>();
  } else if (head == "\x04\x22\x4d\x18") {
    inflater_ = std::make_unique<Lz4Inflater>();
  } else if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) {
    trouble_ = "is UTF-16; iconv -f UTF-16 -t UTF-8 makes it what is read here";
  }
  inside_frame_ = inflater_ != nullptr;
}

std::size_t InputBytes::Read(char* to, std::size_t size) {
  if (!sniffed_) Sniff();
  if (!trouble_.empty() || size == 0) return 0;
  if (inflater_ == nullptr) {
    if (begin_ == end_) {
      // Nothing lies ready: straight to where it is wanted.
      if (ended_) return 0;
      const long bytes = source_(to, size);
      if (bytes > 0) return static_cast<std::size_t>(bytes);
      ended_ = true;
      if (bytes < 0) {
        trouble_ = std::string("cannot be read on: ") + std::strerror(errno);
      }
      return 0;
    }
    const std::size_t bytes = std::min(size, end_ - begin_);
    std::memcpy(to, raw_.data() + begin_, bytes);
    begin_ += bytes;
    return bytes;
  }
  char* out = to;
  char* const out_end = to + size;
  while (out == to) {
    const bool is_last = begin_ == end_ && !Refill();
    if (is_last && !trouble_.empty()) break;
    const char* in = raw_.data() + begin_;
    const char* const in_end = raw_.data() + end_;
    const Inflater::State state = inflater_->Inflate(in, in_end, out, out_end);
    const bool took = in != raw_.data() + begin_;
    begin_ = static_cast<std::size_t>(in - raw_.data());
    if (state == Inflater::State::kBroken) {
      trouble_ = std::string("the ") + inflater_->name() + " stream is damaged";
      break;
    }
    if (took || out != to) inside_frame_ = state == Inflater::State::kMore;
    if (is_last && out == to) {
      if (inside_frame_) {
        trouble_ = std::string("the ") + inflater_->name() +
                   " stream ends before it is whole";
      }
      break;
    }
  }
  const auto bytes = static_cast<std::size_t>(out - to);
  inflated_ += bytes;
  if (inflated_ > max_inflated_) {
    trouble_ = "inflates to more than " +
               FormatSize(static_cast<double>(max_inflated_)) +
               "; --max-inflated sets the limit";
    return 0;
  }
  return bytes;
}

InputBytes::Source OpenSource(const std::string& path, std::string& trouble) {
  // Closed when the last copy of the source is gone.
  struct File {
    File(int descriptor, bool is_own) : fd(descriptor), own(is_own) {}
    int fd;
    bool own;
    ~File() {
      if (own) ::close(fd);
    }
  };
  const bool is_stdin = path == "-";
  const int fd =
      is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    trouble = std::string("cannot be opened: ") + std::strerror(errno);
    return {};
  }
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  auto file = std::make_shared<File>(fd, !is_stdin);
  return [file](char* to, std::size_t size) {
    for (;;) {
      const long bytes = ::read(file->fd, to, size);
      if (bytes >= 0 || errno != EINTR) return bytes;
    }
  };
}

std::vector<FoundInput> FindInputs(const std::vector<std::string>& words,
                                   std::vector<std::string>& problems) {
  std::vector<FoundInput> found;
  const auto add = [&found](const std::string& path, DirectoryWalk& walk) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      walk.Enter(path);
    } else {
      found.push_back({path, {}});
    }
  };
  for (const std::string& word : words) {
    DirectoryWalk walk(found);
    std::error_code error;
    const std::size_t before = found.size();
    if (word == "-" || fs::exists(word, error)) {
      add(word, walk);
      if (found.size() == before) {
        problems.push_back(word + ": there is no file in this directory");
      }
      continue;
    }
    glob_t matches{};
    if (::glob(word.c_str(), 0, nullptr, &matches) == 0) {
      for (std::size_t i = 0; i < matches.gl_pathc; ++i) {
        add(matches.gl_pathv[i], walk);
      }
    } else {
      problems.push_back(word + ": there is no such file or directory");
    }
    ::globfree(&matches);
  }
  return found;
}

}  // namespace busyhour
