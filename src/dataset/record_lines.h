#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fingerprint.h"
#include "base/status.h"

namespace busyhour::internal {

/// The records of files that have one line for each, read one file after the
/// other. A blank line belongs to the record after it.
class RecordLines {
 public:
  struct File {
    std::string path;
    std::string fingerprint;  ///< as `Fingerprint::Text`
  };

  /// `has_headers`: the first line of each file is not a record.
  explicit RecordLines(bool has_headers) : has_headers_(has_headers) {}

  void AddFile(File file) { files_.push_back(std::move(file)); }

  /// The text of the next record with its line end, valid until the next call.
  /// Empty after the last record, and after a failure.
  std::string_view Next();
  /// Fails if a file cannot be read, differs from its fingerprint, or does not
  /// end with a line end.
  const Status& status() const noexcept { return status_; }
  /// The path of the current file; empty if there are no files.
  const std::string& path() const noexcept;

 private:
  struct Closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };

  bool ReadMore();
  bool Open();
  bool Close();

  bool has_headers_;
  std::vector<File> files_;
  std::size_t next_file_ = 0;
  std::unique_ptr<std::FILE, Closer> file_;
  Fingerprint fingerprint_;
  bool in_header_ = false;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of the text that was not returned
  std::size_t end_ = 0;
  Status status_ = Status::Ok();
};

}  // namespace busyhour::internal
