#include "base/paths.h"

#include <filesystem>

namespace busyhour::internal {

std::string DirectoryOf(const std::string& path) {
  const std::filesystem::path parent =
      std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

}  // namespace busyhour::internal
