#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/file_sink.h"

namespace busyhour::internal {

/// The files of one stream, written one after the other; at most one is open.
/// Each file gets its name when it is complete.
class FileSeries : public Sink {
 public:
  struct Entry {
    std::string name;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::string fingerprint;
  };
  /// Name of a file within `directory`.
  using NameOf = std::function<std::string(const StreamFile&)>;

  /// An empty `directory` is the current one.
  FileSeries(std::string directory, NameOf name_of, FileRules rules = {});

  /// Creates `file` before its stream begins.
  Status Open(const StreamFile& file);
  /// Takes over the finished files of an earlier run. Fails if one of them has
  /// changed.
  Status Resume(std::vector<Entry> whole);
  /// The name of `file`.
  std::string NameFor(const StreamFile& file) const { return name_of_(file); }
  /// Continues an unfinished file, see `FileSink::Resume`.
  Status ResumeFile(const StreamFile& file, std::uint64_t bytes,
                    const std::string& fingerprint);

  Status Write(std::span<const std::string_view> spans) override;
  Status Finish() override;
  /// Also creates the directories of the file's name.
  Status BeginFile(const StreamFile& file) override;
  Status EndFile(std::uint64_t records) override;

  /// Forces the current file to the disk, see `FileSink::Sync`.
  Status Sync();

  /// The files before the current one.
  const std::vector<Entry>& whole() const noexcept { return whole_; }
  /// Whether there is a current file: open, or finished as the last.
  bool has_current() const noexcept { return current_ != nullptr; }
  /// Name, bytes and fingerprint of the current file.
  Entry current() const;

 private:
  std::string PathOf(const std::string& name) const;

  std::string directory_;
  NameOf name_of_;
  FileRules rules_;
  std::vector<Entry> whole_;
  std::string current_name_;
  std::unique_ptr<FileSink> current_;
};

}  // namespace busyhour::internal
