#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/fingerprint.h"
#include "deliver/fd_sink.h"

namespace busyhour {

/// Writes a file that bears its name only when it is whole: until `Finish` it
/// is called `<path>.part`.
class FileSink : public Sink {
 public:
  explicit FileSink(std::string path);
  ~FileSink() override;

  /// Creates the file under its temporary name.
  Status Open();
  /// Goes on with one that was left, whole or not, from its byte `bytes` on.
  /// Fails when those before do not have this fingerprint.
  Status Resume(std::uint64_t bytes, const std::string& fingerprint);
  Status Write(std::span<const std::string_view> spans) override;
  Status Finish() override;

  const std::string& path() const noexcept { return path_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  /// Of all that has been written.
  std::string fingerprint() const { return fingerprint_.Text(); }

 private:
  std::string part_path() const { return path_ + ".part"; }
  void Reserve(std::uint64_t bytes) noexcept;
  bool Close() noexcept;
  // Adds the file's first bytes to the fingerprint; false when there are fewer.
  bool ReadBack(std::uint64_t bytes);

  std::string path_;
  int fd_ = -1;
  std::unique_ptr<FdSink> out_;
  std::uint64_t bytes_ = 0;
  std::uint64_t reserved_ = 0;  // of disk, from the file's begin
  Fingerprint fingerprint_;
};

}  // namespace busyhour
