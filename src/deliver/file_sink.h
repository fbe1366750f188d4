#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/fingerprint.h"
#include "deliver/fd_sink.h"
#include "deliver/output_path.h"

namespace busyhour {

/// Writes a file that bears its name only when it is whole: until `Finish` it
/// is called `<path>.part`.
///
/// The temporary file is always a new one, no link is followed, and it is
/// locked while it is written: another run cannot write it at once, and the
/// lock ends with the process. Nothing but a regular file is ever replaced.
class FileSink : public Sink {
 public:
  /// `may_replace`: a file that is there under either name makes way.
  explicit FileSink(std::string path, bool may_replace = false);
  ~FileSink() override;

  /// Creates the file under its temporary name. Throws `InputError` when
  /// another run is writing it.
  Status Open();
  /// Goes on with one that was left, whole or not, from its byte `bytes` on.
  /// Fails when those before do not have this fingerprint. Throws `InputError`
  /// when another run is writing it.
  Status Resume(std::uint64_t bytes, const std::string& fingerprint);
  Status Write(std::span<const std::string_view> spans) override;
  Status Finish() override;

  const std::string& path() const noexcept { return path_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  /// Of all that has been written.
  std::string fingerprint() const { return fingerprint_.Text(); }

 private:
  std::string part_path() const { return PartPathOf(path_); }
  Status RemoveLeftPart();
  void Lock();
  void Reserve(std::uint64_t bytes) noexcept;
  bool Close() noexcept;

  std::string path_;
  bool may_replace_;
  int fd_ = -1;
  std::unique_ptr<FdSink> out_;
  std::uint64_t bytes_ = 0;
  std::uint64_t reserved_ = 0;  // of disk, from the file's begin
  Fingerprint fingerprint_;
};

/// The fingerprint of the first `bytes` bytes that can be read from `fd`;
/// nothing when there are fewer.
std::optional<Fingerprint> FingerprintOf(int fd, std::uint64_t bytes);

/// Whether the regular file at `path` is of this size and has this fingerprint,
/// which is read from it; else why not.
Status CheckFile(const std::string& path, std::uint64_t bytes,
                 const std::string& fingerprint);

/// Locks what `fd` is open on for this process, until all that refer to its
/// opening are closed. False when another process has it.
bool LockForWriting(int fd);

}  // namespace busyhour
