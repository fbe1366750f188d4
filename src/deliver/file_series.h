#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "deliver/file_sink.h"

namespace busyhour {

/// The files that a stream is cut into, one after the other: never more than
/// one of them is open. Each bears its name only when it is whole.
class FileSeries : public Sink {
 public:
  struct Entry {
    std::string name;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::string fingerprint;
  };
  /// What a file is called, within `directory`.
  using NameOf = std::function<std::string(const StreamFile&)>;

  /// An empty `directory` is the current one. `may_replace` is for the files,
  /// see `FileSink`.
  FileSeries(std::string directory, NameOf name_of, bool may_replace = false);

  /// Creates `file`, before its stream begins.
  Status Open(const StreamFile& file);
  /// Takes over the files that an earlier run has finished. Fails when one of
  /// them does not hold what it held.
  Status Resume(std::vector<Entry> whole);
  /// What `file` is called.
  std::string NameFor(const StreamFile& file) const { return name_of_(file); }
  /// Goes on with a file that it has left, see `FileSink::Resume`.
  Status ResumeFile(const StreamFile& file, std::uint64_t bytes,
                    const std::string& fingerprint);

  Status Write(std::span<const std::string_view> spans) override;
  Status Finish() override;
  /// Creates the directories that its name needs, too.
  Status BeginFile(const StreamFile& file) override;
  Status EndFile(std::uint64_t records) override;

  /// The files before the one at hand.
  const std::vector<Entry>& whole() const noexcept { return whole_; }
  /// Whether there is one at hand: open, or finished as the last.
  bool has_current() const noexcept { return current_ != nullptr; }
  /// Its name, bytes and fingerprint.
  Entry current() const;

 private:
  std::string PathOf(const std::string& name) const;

  std::string directory_;
  NameOf name_of_;
  bool may_replace_;
  std::vector<Entry> whole_;
  std::string current_name_;
  std::unique_ptr<FileSink> current_;
};

}  // namespace busyhour
