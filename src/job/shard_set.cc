#include "job/shard_set.h"

#include <cstdint>
#include <map>
#include <utility>

namespace busyhour::internal {
namespace {

std::string ShardText(const Shard& shard) {
  return std::to_string(shard.index) + '/' + std::to_string(shard.count);
}

// The shards of `count` without a file: `1, 4-7`.
std::string MissingText(const std::map<std::uint32_t, std::string>& paths,
                        std::uint32_t count) {
  std::string text;
  std::uint32_t begin = 0;
  const auto add = [&text](std::uint32_t first, std::uint32_t end) {
    if (first == end) return;
    text += (text.empty() ? "" : ", ") + std::to_string(first);
    if (end - first > 1) text += '-' + std::to_string(end - 1);
  };
  for (const auto& [index, path] : paths) {
    add(begin, index);
    begin = index + 1;
  }
  add(begin, count);
  return text;
}

}  // namespace

void CheckShards(const std::vector<ShardFile>& files, const std::string& kind,
                 std::vector<Problem>& problems) {
  if (files.empty()) return;
  const std::uint32_t count = files.front().shard.count;
  std::map<std::uint32_t, std::string> paths;
  const auto refuse = [&problems](const std::string& path, std::string why) {
    problems.push_back({path, 0, 0, "", std::move(why)});
  };
  for (const ShardFile& file : files) {
    if (file.shard.count != count) {
      refuse(file.path, "is of shard " + ShardText(file.shard) + ", and " +
                            files.front().path + " of shard " +
                            ShardText(files.front().shard));
      continue;
    }
    const auto [at, is_first] = paths.emplace(file.shard.index, file.path);
    if (!is_first) {
      refuse(file.path, "is of shard " + ShardText(file.shard) + ", as " +
                            at->second + " is");
    }
  }
  const std::string missing = MissingText(paths, count);
  if (missing.empty()) return;
  const bool is_one = count - paths.size() == 1;
  refuse("INPUT", "the " + kind + (is_one ? " of shard " : "s of shards ") +
                      missing + " of " + std::to_string(count) +
                      (is_one ? " is" : " are") +
                      " missing: shards are numbered from 0");
}

}  // namespace busyhour::internal
