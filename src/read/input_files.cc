#include "read/input_files.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "base/paths.h"
#include "base/system.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;

bool IsManifest(const std::string& name) {
  return name == "manifest.json" || name.ends_with(".manifest.json");
}

// Collects the files in a directory and below it.
class DirectoryWalk {
 public:
  explicit DirectoryWalk(DirectoryFiles& found) : found_(found) {}

  void Enter(const fs::path& directory) {
    // Enter each directory only once: links may form a cycle.
    struct stat status {};
    if (::stat(directory.c_str(), &status) == 0 &&
        !entered_.emplace(status.st_dev, status.st_ino).second) {
      return;
    }
    std::error_code error;
    fs::directory_iterator at(directory, error);
    std::vector<fs::path> entries;
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
      entries.push_back(at->path());
    }
    if (error) Add(directory, "cannot be read: " + error.message());
    std::sort(entries.begin(), entries.end());
    for (const fs::path& path : entries) Take(path);
  }

 private:
  void Take(const fs::path& path) {
    const std::string name = path.filename();
    if (name.starts_with('.')) return;
    if (name.ends_with(kPartEnding)) return found_.parts.push_back(path);
    if (IsManifest(name)) return found_.manifests.push_back(path);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    switch (status.type()) {
      case fs::file_type::regular:
        return Add(path, {});
      case fs::file_type::directory:
        // Its metrics are no records; they may be beside the logs.
        if (name == kMetricsContainer) return;
        return Enter(path);
      case fs::file_type::not_found:
        return Add(path, "is a broken link");
      case fs::file_type::none:
      case fs::file_type::unknown:
        return Add(path, "cannot be read: " + error.message());
      default:
        return Add(path, "is neither a file nor a directory");
    }
  }
  void Add(const fs::path& path, std::string trouble) {
    found_.inputs.push_back({path.string(), std::move(trouble)});
  }

  DirectoryFiles& found_;
  std::set<std::pair<dev_t, ino_t>> entered_;
};

std::string WhyEmpty(const std::string& directory, std::size_t parts) {
  if (parts == 0) return directory + ": there is no file in this directory";
  return directory +
         ": has only incomplete files (.part), which are read if they are "
         "named; if their run was interrupted, generate --resume completes "
         "them";
}

bool IsParquet(const std::string& path) {
  constexpr std::string_view kMagic = "PAR1";
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  std::array<char, kMagic.size()> head{};
  std::ifstream(path, std::ios::binary).read(head.data(), head.size());
  return std::string_view(head.data(), head.size()) == kMagic;
}

// Adds Parquet files to `problems`, the first of them with the command that
// converts them.
void RefuseParquet(const std::vector<FoundInput>& found,
                   std::vector<std::string>& problems) {
  constexpr std::size_t kMostShown = 5;
  std::size_t count = 0;
  for (const FoundInput& input : found) {
    if (!input.trouble.empty() || !IsParquet(input.path)) continue;
    if (++count > kMostShown) continue;
    const std::string lines =
        fs::path(input.path).replace_extension(".jsonl").string();
    problems.push_back(input.path +
                       ": is a Parquet file, which verify does not read; "
                       "duckdb -c \"COPY (FROM '" +
                       input.path + "') TO '" + lines +
                       "'\" converts it, and verify --as duckdb reads " +
                       lines);
  }
  if (count > kMostShown) {
    problems.push_back("and " + FormatCount(count - kMostShown) +
                       " more Parquet files");
  }
}

}  // namespace

InputBytes::Source OpenSource(const std::string& path, std::string& trouble) {
  // The file is closed when the last copy of the source is destroyed.
  struct File {
    File(int descriptor, bool is_own) : fd(descriptor), own(is_own) {}
    int fd;
    bool own;
    ~File() {
      if (own) ::close(fd);
    }
  };
  const bool is_stdin = path == "-";
  const int fd =
      is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    trouble = errno == ENOENT
                  ? std::string("there is no such file")
                  : std::string("cannot be opened: ") + std::strerror(errno);
    return {};
  }
  ExpectWholeRead(fd);
  auto file = std::make_shared<File>(fd, !is_stdin);
  struct stat status {};
  if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
    trouble = "is a directory";
    return {};
  }
  return [file](char* to, std::size_t size) {
    for (;;) {
      const long bytes = ::read(file->fd, to, size);
      if (bytes >= 0 || errno != EINTR) return bytes;
    }
  };
}

DirectoryFiles FilesOfDirectory(const std::string& directory) {
  DirectoryFiles found;
  DirectoryWalk(found).Enter(directory);
  return found;
}

std::vector<FoundInput> FindInputs(const std::vector<std::string>& words,
                                   std::vector<std::string>& problems) {
  std::vector<FoundInput> found;
  for (const std::string& word : words) {
    DirectoryFiles files;
    DirectoryWalk walk(files);
    const auto add = [&files, &walk](const std::string& path) {
      std::error_code error;
      if (fs::is_directory(path, error)) {
        walk.Enter(path);
      } else {
        files.inputs.push_back({path, {}});
      }
    };
    std::error_code error;
    if (word == "-" || fs::exists(word, error)) {
      add(word);
      if (files.inputs.empty()) {
        problems.push_back(WhyEmpty(word, files.parts.size()));
      }
    } else {
      glob_t matches{};
      if (::glob(word.c_str(), 0, nullptr, &matches) == 0) {
        for (std::size_t i = 0; i < matches.gl_pathc; ++i) {
          add(matches.gl_pathv[i]);
        }
      } else {
        problems.push_back(word + ": there is no such file");
      }
      ::globfree(&matches);
    }
    found.insert(found.end(), files.inputs.begin(), files.inputs.end());
  }
  RefuseParquet(found, problems);
  return found;
}

}  // namespace busyhour::internal
