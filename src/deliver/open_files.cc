#include "deliver/open_files.h"

#include <sys/resource.h>

#include <string>

namespace busyhour::internal {

Status AllowOpenFiles(std::size_t files) {
  constexpr rlim_t kOthers = 64;
  const rlim_t needed = files + kOthers;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) {
    return Status::Ok();
  }
  if (limit.rlim_max >= needed) {
    limit.rlim_cur = needed;
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return Status::Ok();
  }
  return Status::Failed(
      "cannot write " + std::to_string(files) + " files at a time: at most " +
      std::to_string(limit.rlim_max) + " can be open (ulimit -Hn)");
}

}  // namespace busyhour::internal
