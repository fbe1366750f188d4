#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"

// Checks whether a path may be written. Every output file of a command is
// checked here before the command begins, and written by `FileSink`.

namespace busyhour::internal {

/// Name of a file until it is complete.
std::string PartPathOf(const std::string& path);

/// Why no file is meant by `path`: it is `-`, standard output, which takes one
/// thing at a time. Options whose output may be written there handle `-`
/// themselves; a file of this name is `./-`. Empty if it is another path.
std::string ObjectionToStandardOutput(const std::string& path);

/// Why no file may be created at `path`: it is `-`, there is something other
/// than a regular file (a link is not one), or there is a file, final or
/// temporary, without `may_replace`. Empty if a file may be created.
std::string ObjectionToReplacing(const std::string& path, bool may_replace);

/// The same; also checks that the directory exists and is writable.
std::string ObjectionToFile(const std::string& path, bool may_replace);

/// Why no file may be created in the directory of `path`: it does not exist, or
/// is not writable. Empty if one may.
std::string ObjectionToDirectoryOf(const std::string& path);

/// Why no files may be created in `directory`, which is created if necessary:
/// it is something else (a link is not a directory), it is not empty, without
/// `may_replace`, or it is not writable. Empty if files may be created.
std::string ObjectionToDirectory(const std::string& directory,
                                 bool may_replace);

/// The files below `directory` whose names begin with `stem`, and all links, at
/// its own place, too; sorted. They may be of an earlier run.
std::vector<std::string> FilesBelow(const std::string& directory,
                                    std::string_view stem);

/// Whether `path` is neither a file nor a directory, for example a pipe: it can
/// be written to but not replaced. Links are followed.
bool IsSpecialFile(const std::string& path);

/// Whether both names lead to the same file, existing or not; resolves links,
/// `.` and `..`.
bool IsSameFile(const std::string& a, const std::string& b);

/// Whether `fd` is open on the file at `path`.
bool IsOpenAs(int fd, const std::string& path);

/// An output file of a command, with the option that names it; an empty path is
/// none.
struct NamedPath {
  std::string option;  ///< without its dashes
  std::string path;
};

/// Adds a problem for each of `paths` that is the same file as an earlier one,
/// or its temporary file. Pipes and devices may occur twice.
void RefuseSameFiles(std::span<const NamedPath> paths,
                     std::vector<Problem>& problems);

}  // namespace busyhour::internal
