#include "cli/load_outputs.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace busyhour {
namespace {

namespace fs = std::filesystem;

// Why nothing can be written to `path`; empty when it can.
std::string Obstacle(const std::string& path) {
  const bool is_there = ::access(path.c_str(), F_OK) == 0;
  std::FILE* const file = std::fopen(path.c_str(), "a");
  if (file == nullptr) {
    return "cannot write " + path + ": " + std::strerror(errno);
  }
  std::fclose(file);
  if (!is_there) ::unlink(path.c_str());
  return "";
}

// Something else than a file is there, such as a pipe.
bool IsSpecial(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error) && !fs::is_regular_file(path, error) &&
         !fs::is_directory(path, error);
}

bool IsSameFile(const std::string& a, const std::string& b) {
  std::error_code error;
  const fs::path first = fs::weakly_canonical(fs::absolute(a), error);
  return !error && first == fs::weakly_canonical(fs::absolute(b), error);
}

}  // namespace

void CheckOutputs(const LoadOptions& load, const Uri& target,
                  OptionReader& options) {
  // A pipe is opened when there is a report: until somebody reads, that waits.
  if (!load.report.empty() && !IsSpecial(load.report)) {
    if (std::string why = Obstacle(load.report); !why.empty()) {
      options.Refuse("report", std::move(why));
    }
  }
  if (!load.manifest.empty()) {
    std::string why = IsSpecial(load.manifest)
                          ? load.manifest + " is not a file"
                          : Obstacle(load.manifest);
    if (!why.empty()) options.Refuse("manifest", std::move(why));
  }
  const std::array<std::pair<const char*, std::string>, 3> files = {{
      {"to", target.scheme == "file" ? target.path : ""},
      {"report", load.report},
      {"manifest", load.manifest},
  }};
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (std::size_t j = i + 1; j < files.size(); ++j) {
      const auto& [first, path] = files[i];
      const auto& [second, other] = files[j];
      if (path.empty() || other.empty() || IsSpecial(path) ||
          !IsSameFile(path, other)) {
        continue;
      }
      options.Refuse(
          second, other + " is the file of --" + std::string(first) + ", too");
    }
  }
}

Status WriteReport(const std::string& path, const std::string& text) {
  if (path.empty()) return Status::Ok();
  std::FILE* const file = std::fopen(path.c_str(), "w");
  const bool written =
      file != nullptr &&
      std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr && std::fclose(file) == 0 && written) {
    return Status::Ok();
  }
  return Status::Failed("cannot write " + path + ": " + std::strerror(errno));
}

}  // namespace busyhour
