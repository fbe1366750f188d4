#include "dataset/record_lines.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace busyhour::internal {
namespace {

// Small, because there is a buffer for each file of each shard.
constexpr std::size_t kLinesBufferBytes = 64 * 1024;

}  // namespace

const std::string& RecordLines::path() const noexcept {
  static const std::string kNone;
  return next_file_ == 0 ? kNone : files_[next_file_ - 1].path;
}

std::string_view RecordLines::Next() {
  for (;;) {
    const std::string_view text(buffer_.data() + begin_, end_ - begin_);
    const std::size_t end = text.find('\n', text.starts_with('\n') ? 1 : 0);
    if (end == std::string_view::npos) {
      if (!ReadMore()) return {};
      continue;
    }
    begin_ += end + 1;
    if (!std::exchange(in_header_, false)) return text.substr(0, end + 1);
  }
}

// Reads more text, or goes on to the next file. False after the last one, or
// after a failure.
bool RecordLines::ReadMore() {
  if (!status_.ok()) return false;
  if (file_ == nullptr) return Open();
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const std::size_t size =
      std::fread(buffer_.data() + end_, 1, buffer_.size() - end_, file_.get());
  if (size == 0) return Close();
  fingerprint_.Add({buffer_.data() + end_, size});
  end_ += size;
  return true;
}

bool RecordLines::Open() {
  if (next_file_ == files_.size()) return false;
  const File& file = files_[next_file_++];
  file_.reset(std::fopen(file.path.c_str(), "rbe"));
  if (file_ == nullptr) {
    status_ =
        Status::Failed(file.path + " cannot be read: " + std::strerror(errno));
    return false;
  }
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  if (buffer_.empty()) buffer_.resize(kLinesBufferBytes);
  fingerprint_ = Fingerprint();
  in_header_ = has_headers_;
  return true;
}

// Ends a file that was read to its end.
bool RecordLines::Close() {
  if (std::ferror(file_.get()) != 0) {
    status_ =
        Status::Failed(path() + " cannot be read: " + std::strerror(errno));
  } else if (fingerprint_.Text() != files_[next_file_ - 1].fingerprint) {
    status_ = Status::Failed(path() + " has changed since it was written");
  } else if (begin_ != end_) {
    status_ = Status::Failed(path() + " does not end with a line end");
  }
  file_.reset();
  return status_.ok();
}

}  // namespace busyhour::internal
