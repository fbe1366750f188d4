#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fingerprint.h"
#include "deliver/discarded_file.h"
#include "deliver/disk.h"
#include "deliver/fd_sink.h"
#include "deliver/file_lock.h"
#include "deliver/output_path.h"

namespace busyhour::internal {

/// How a file is written.
struct FileRules {
  bool may_replace = false;  ///< existing files with its names are replaced
  /// The content, and then the name, are on the disk before the file counts as
  /// complete.
  bool syncs = true;
  /// Takes the names of files and their directories, which its owner forces to
  /// the disk later. Null: each name is forced there when it is given.
  UnsyncedNames* names = nullptr;
  /// The sink removes its temporary file if it does not finish it, and so does
  /// a signal, see `DiscardedFile`.
  bool discards_unfinished = false;
};

/// Writes a file that gets its name when it is complete; until `Finish` it is
/// called `<path>.part`.
///
/// The temporary file is always new, no link is followed, and the file is
/// locked while it is written: no other run can write it at the same time, and
/// the lock ends with the process. Only regular files are ever replaced.
class FileSink : public Sink {
 public:
  explicit FileSink(std::string path, FileRules rules = {});
  ~FileSink() override;

  /// Creates the file under its temporary name. Throws `InputError` if another
  /// run is writing it.
  Status Open();
  /// Continues a file, finished or not, from byte `bytes` on. Fails if the
  /// bytes before do not have this fingerprint. Throws `InputError` if another
  /// run is writing it.
  Status Resume(std::uint64_t bytes, const std::string& fingerprint);
  Status Write(std::span<const std::string_view> spans) override;
  /// Forces what has been written to the disk, and the name under which it is
  /// written, if the rules say so.
  Status Sync();
  Status Finish() override;
  /// The same; the file stays locked by `lock`.
  Status FinishLocked(FileLock& lock);

  const std::string& path() const noexcept { return path_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  /// Fingerprint of everything written.
  std::string fingerprint() const { return fingerprint_.Text(); }

 private:
  std::string part_path() const { return PartPathOf(path_); }
  Status RemoveLeftPart();
  void Lock();
  void Reserve(std::uint64_t bytes) noexcept;
  void PassOn() noexcept;
  Status TakeBackName();
  Status SyncContent();
  bool Close() noexcept;

  std::string path_;
  FileRules rules_;
  int fd_ = -1;
  std::optional<DiscardedFile> discarded_;  // the temporary file
  std::unique_ptr<FdSink> out_;
  bool has_synced_name_ = false;  // that of the temporary file
  std::uint64_t bytes_ = 0;
  std::uint64_t reserved_ = 0;   // disk space, from the start of the file
  std::uint64_t passed_on_ = 0;  // bytes that the disk has been told to write
  std::optional<std::uint64_t> on_disk_;  // bytes that have been forced there
  Fingerprint fingerprint_;
};

/// The fingerprint of the first `bytes` bytes that can be read from `fd`;
/// nothing if there are fewer.
std::optional<Fingerprint> FingerprintOf(int fd, std::uint64_t bytes);

/// Whether the regular file at `path` has this size and this fingerprint, which
/// is computed from its content; otherwise the reason.
Status CheckFile(const std::string& path, std::uint64_t bytes,
                 const std::string& fingerprint);

}  // namespace busyhour::internal
