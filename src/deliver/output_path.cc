#include "deliver/output_path.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>

#include "base/paths.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string PartPathOf(const std::string& path) {
  return path + std::string(kPartEnding);
}

std::string ObjectionToStandardOutput(const std::string& path) {
  return path == "-" ? "standard output is for other output; name a file (one "
                       "with the name - is ./-)"
                     : "";
}

std::string ObjectionToReplacing(const std::string& path, bool may_replace) {
  if (path == "-") return ObjectionToStandardOutput(path);
  if (path.ends_with('/')) return path + " is the name of a directory";
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0) {
    if (S_ISLNK(info.st_mode)) {
      return path + " is not a file, but a link; name the file itself";
    }
    if (S_ISDIR(info.st_mode)) return path + " is not a file, but a directory";
    if (!S_ISREG(info.st_mode)) return path + " is not a file";
    if (!may_replace) return path + " is already there; --force replaces it";
  }
  const std::string part = PartPathOf(path);
  if (::lstat(part.c_str(), &info) == 0) {
    if (!S_ISREG(info.st_mode)) {
      return part + " was not written by busyhour";
    }
    if (!may_replace) return part + " is already there; --force replaces it";
  }
  return "";
}

std::string ObjectionToFile(const std::string& path, bool may_replace) {
  std::string objection = ObjectionToReplacing(path, may_replace);
  return objection.empty() ? ObjectionToDirectoryOf(path) : objection;
}

std::string ObjectionToDirectoryOf(const std::string& path) {
  const std::string directory = DirectoryOf(path);
  struct stat info {};
  int error = 0;
  if (::stat(directory.c_str(), &info) != 0) {
    error = errno;
  } else if (!S_ISDIR(info.st_mode)) {
    error = ENOTDIR;
  } else if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    error = errno;
  }
  if (error == 0) return "";
  return "cannot write " + path + ": " +
         (error == ENOENT ? "there is no directory " + directory
                          : std::strerror(error));
}

std::string ObjectionToDirectory(const std::string& directory,
                                 bool may_replace) {
  if (directory.empty()) return "the name is empty";
  if (directory == "-") return ObjectionToStandardOutput(directory);
  struct stat info {};
  fs::path at = directory;
  if (::lstat(directory.c_str(), &info) == 0) {
    if (S_ISLNK(info.st_mode)) {
      return directory +
             " is not a directory, but a link; name the directory itself";
    }
    if (!S_ISDIR(info.st_mode)) return directory + " is not a directory";
    std::error_code error;
    if (!may_replace && !fs::is_empty(directory, error) && !error) {
      return directory + " is not empty; --force replaces its files";
    }
  } else {
    // It will be created in the nearest directory that exists.
    while (!at.empty() && ::stat(at.c_str(), &info) != 0) {
      const fs::path above = DirectoryOf(at);
      if (above == at) break;
      at = above;
    }
    if (!S_ISDIR(info.st_mode)) return at.string() + " is not a directory";
  }
  return ::access(at.c_str(), W_OK | X_OK) == 0
             ? std::string()
             : "cannot write " + directory + ": " + std::strerror(errno);
}

std::vector<std::string> FilesBelow(const std::string& directory,
                                    std::string_view stem) {
  std::vector<std::string> found;
  std::error_code error;
  // Files that are written through a link are stored elsewhere.
  if (fs::is_symlink(directory, error)) found.push_back(directory);
  for (const auto& entry : fs::recursive_directory_iterator(directory, error)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(stem) || entry.is_symlink()) {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool IsSpecialFile(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) &&
         !S_ISDIR(info.st_mode);
}

bool IsSameFile(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  if (::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
      first.st_dev == second.st_dev && first.st_ino == second.st_ino) {
    return true;
  }
  std::error_code error;
  const fs::path one = fs::weakly_canonical(fs::absolute(a, error), error);
  return !error && one == fs::weakly_canonical(fs::absolute(b, error), error);
}

bool IsOpenAs(int fd, const std::string& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(fd, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

void RefuseSameFiles(std::span<const NamedPath> paths,
                     std::vector<Problem>& problems) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].path.empty() || IsSpecialFile(paths[i].path)) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const std::string& path = paths[i].path;
      const std::string& other = paths[j].path;
      if (other.empty()) continue;
      const bool is_same = IsSameFile(path, other);
      if (!is_same && !IsSameFile(path, PartPathOf(other)) &&
          !IsSameFile(PartPathOf(path), other)) {
        continue;
      }
      problems.push_back({"--" + paths[i].option, 0, 0, "",
                          path + " is " + (is_same ? "also " : "") +
                              "the file of --" + paths[j].option +
                              (is_same ? "" : " while it is written")});
      break;
    }
  }
}

}  // namespace busyhour::internal
