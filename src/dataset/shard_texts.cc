#include "dataset/shard_texts.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/paths.h"
#include "catalog/faults.h"
#include "encode/compression.h"
#include "framing/frame.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;

// Adds a problem unless there is a file of this size.
void CheckSize(const std::string& path, std::uint64_t bytes,
               std::vector<Problem>& problems) {
  std::error_code error;
  const auto refuse = [&](std::string why) {
    problems.push_back({path, 0, 0, "", std::move(why)});
  };
  if (!fs::is_regular_file(fs::symlink_status(path, error))) {
    refuse("is in the manifest of its shard, and is not there");
    return;
  }
  const std::uintmax_t there = fs::file_size(path, error);
  if (error) {
    refuse("cannot be read: " + error.message());
  } else if (there != bytes) {
    refuse("has " + std::to_string(there) +
           " bytes, and the manifest of its shard says " +
           std::to_string(bytes));
  }
}

}  // namespace

std::string ReasonAgainstMerging(const Job& job) {
  if (job.frame != Frame::kJsonl && job.frame != Frame::kCsv) {
    return "files of frame " + std::string(Info(job.frame).name) +
           " cannot be merged: only jsonl and csv";
  }
  if (job.compression != Compression::kNone) {
    return "files compressed with " + std::string(Info(job.compression).name) +
           " cannot be merged: only those without compression";
  }
  const bool cuts = std::any_of(job.faults.begin(), job.faults.end(),
                                [](const FaultRule& rule) {
                                  return rule.kind == FaultKind::kPartialLine;
                                });
  return cuts ? "files with the fault partial_line cannot be merged: each "
                "shard truncates a last record"
              : "";
}

ShardTexts::ShardTexts(const std::vector<ShardManifest>& shards,
                       const OutputFiles& files,
                       const std::vector<BlobOwners>& owners,
                       std::vector<Problem>& problems)
    : routes_(files.routes()),
      shards_(static_cast<std::uint32_t>(shards.size())),
      streams_(files.streams().size()) {
  const bool has_headers =
      Info(shards.front().manifest().job.frame).section_open != nullptr;
  for (std::size_t i = 0; i < shards.size() * streams_; ++i) {
    lines_.emplace_back(has_headers);
  }
  for (const ShardManifest& shard : shards) AddShard(shard, owners, problems);
}

void ShardTexts::AddShard(const ShardManifest& shard,
                          const std::vector<BlobOwners>& owners,
                          std::vector<Problem>& problems) {
  places_.push_back(DirectoryOf(shard.path));
  const OutputFiles files(places_.back(), shard.manifest().job, owners);
  std::set<std::string> known;
  for (const Manifest::File& file : shard.manifest().files) {
    const std::string path = (fs::path(places_.back()) / file.name).string();
    const std::size_t stream = files.Find(file.category, file.name);
    if (stream == streams_) {
      problems.push_back({path, 0, 0, "",
                          "has several logs: only files of a directory that "
                          "generate has written can be merged"});
      continue;
    }
    CheckSize(path, file.bytes, problems);
    known.insert(fs::path(path).lexically_normal().string());
    lines_[IndexOf(shard.shard().index, stream)].AddFile(
        {path, file.fingerprint});
  }
  for (const std::string& path : files.Existing()) {
    if (known.count(fs::path(path).lexically_normal().string()) > 0) continue;
    problems.push_back({path, 0, 0, "", "is not in the manifest of its shard"});
  }
}

Status ShardTexts::Read(EncodePortion& portion) {
  for (const Record& record : portion.records) {
    const std::size_t stream = routes_.Of(record);
    const auto shard =
        static_cast<std::size_t>(Shard::IndexOf(record.call(), shards_));
    RecordLines& lines = lines_[IndexOf(shard, stream)];
    const std::string_view text = lines.Next();
    if (text.empty()) {
      if (!lines.status().ok()) return lines.status();
      return Status::Failed(
          (lines.path().empty() ? places_[shard] : lines.path()) +
          " has fewer records than its job");
    }
    portion.streams()[stream].Append(text);
  }
  return Status::Ok();
}

Status ShardTexts::Finish() {
  for (RecordLines& lines : lines_) {
    const bool has_more = !lines.Next().empty();
    if (!lines.status().ok()) return lines.status();
    if (has_more) {
      return Status::Failed(lines.path() + " has more records than its job");
    }
  }
  return Status::Ok();
}

}  // namespace busyhour::internal
