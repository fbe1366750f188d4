#pragma once

#include <atomic>
#include <string>

namespace busyhour::internal {

/// A file that is of no use until it is complete: it is removed with the
/// object, and by `RemoveDiscardedFiles`, unless it is kept.
class DiscardedFile {
 public:
  /// The file is there, and belongs to this process.
  explicit DiscardedFile(std::string path);
  DiscardedFile(const DiscardedFile&) = delete;
  DiscardedFile& operator=(const DiscardedFile&) = delete;
  ~DiscardedFile();

  /// The file is complete, or has another name.
  void Keep() noexcept;

 private:
  std::string path_;
  bool is_kept_ = false;
  std::atomic<const char*>* slot_ = nullptr;  // of the list for signals
};

/// Removes the files of all `DiscardedFile`s, for a signal handler that ends
/// the program. Calls only what handlers may call. At most 64 files: others
/// stay.
void RemoveDiscardedFiles() noexcept;

}  // namespace busyhour::internal
