#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "deliver/file_sink.h"

namespace busyhour::internal {

/// A text file that is written in order. For one thread.
class LabelFile {
 public:
  /// `may_replace`: an existing file is replaced.
  LabelFile(std::string path, bool may_replace)
      : sink_(std::move(path),
              {.may_replace = may_replace, .discards_unfinished = true}) {}

  Status Open() { return sink_.Open(); }
  /// Appends text. `Finish` reports a failure.
  void Put(std::string_view text) {
    text_ += text;
    if (text_.size() >= kBufferBytes) Flush();
  }
  /// Completes the file, which then gets its name.
  Status Finish() {
    Flush();
    return status_.ok() ? sink_.Finish() : status_;
  }

 private:
  static constexpr std::size_t kBufferBytes = 1 << 16;

  void Flush() {
    const std::string_view span = text_;
    if (status_.ok()) status_ = sink_.Write({&span, 1});
    text_.clear();
  }

  FileSink sink_;
  std::string text_;
  Status status_ = Status::Ok();
};

}  // namespace busyhour::internal
