#pragma once

#include <span>
#include <string>
#include <vector>

#include "busyhour/error.h"

// Whether a path may be written. Every file that a command writes is asked
// about here before the command begins, and written by `FileSink`.

namespace busyhour {

/// What a file is called until it is whole.
std::string PartPathOf(const std::string& path);

/// Why no file may be made at `path`: something is there that is no regular
/// file (a link is none), or a file, its own or the temporary one, and
/// `may_replace` is not given. Empty when one may.
std::string ObjectionToReplacing(const std::string& path, bool may_replace);

/// The same, and why none could: there is no such directory, or nothing may be
/// made in it.
std::string ObjectionToFile(const std::string& path, bool may_replace);

/// Whether something is there that is neither a file nor a directory, such as a
/// pipe: it can be written to, and not replaced. A link is what it leads to.
bool IsSpecialFile(const std::string& path);

/// Whether both names lead to one file, there or not: by way of links, `.` and
/// `..`, too.
bool IsSameFile(const std::string& a, const std::string& b);

/// Whether `fd` is open on the file at `path`.
bool IsOpenAs(int fd, const std::string& path);

/// A file of a command, named by an option; an empty path is none.
struct NamedPath {
  std::string option;  ///< without its dashes
  std::string path;
};

/// Adds a problem for each of `paths` that is the file of an earlier one, or
/// its temporary file. Pipes and devices may be named twice.
void RefuseSameFiles(std::span<const NamedPath> paths,
                     std::vector<Problem>& problems);

}  // namespace busyhour
