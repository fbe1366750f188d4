#include "run/manifest_check.h"

#include <cstdint>
#include <map>
#include <string>

namespace busyhour {

void CheckPoint(const Job& job, LogSet logs, const StreamPoint& point,
                const std::vector<const Manifest::File*>& files,
                const JsonMembers& members) {
  const auto wants = [&](bool holds, const char* name, const char* message) {
    if (!holds) members.Refuse(name, message);
  };
  std::uint64_t bytes = 0;
  for (const LogType log : kLogTypes) {
    wants(logs.Has(log) || point.bytes[log] == 0, "bytes",
          "are of a log that is not in the stream");
    bytes += point.bytes[log];
  }
  wants(point.records <= bytes && (point.records > 0 || bytes == 0), "bytes",
        "are fewer than the records, or of none");
  wants(point.file_records <= point.records, "file_records",
        "are more than all records");
  wants(point.file_bytes <= bytes, "file_bytes", "are more than all bytes");
  wants(point.file_text <= point.written_text, "written_text",
        "is less than the text before the place");
  wants(job.compression == Compression::kLz4 ||
            point.file_bytes <= point.file_text,
        "file_text", "is less than that of the records");
  // A file of messages is not begun, but each of them.
  wants(Info(job.frame).has_messages ||
            point.framing.begun == (point.file_records > 0),
        "begun", "does not fit the records of the file");
  wants(point.framing.message_bytes <= point.file_text &&
            (Info(job.frame).has_messages || point.framing.message_bytes == 0),
        "message_bytes", "are more than the file has");
  const bool is_cut = job.layout == Layout::kStorage || job.rotate_bytes > 0;
  if (job.layout == Layout::kStorage) {
    wants(point.file.number == 0
              ? point.file.hour == -1
              : point.file.hour >= job.start.ms / kMsPerHour &&
                    point.file.hour <=
                        (kLatestTime.ms + 366 * kMsPerDay) / kMsPerHour,
          "hour", "is not one of the job's");
  } else {
    wants(point.file.hour == -1, "hour", "is for layout storage only");
  }
  wants(is_cut || (point.file.number == 1 && point.open), "file",
        "is not the only one of the stream");
  std::uint64_t whole = 0;
  std::uint64_t whole_records = 0;
  const Manifest::File* part = nullptr;
  for (const Manifest::File* file : files) {
    if (!file->is_part) {
      ++whole;
      whole_records += file->records;
    } else if (part == nullptr) {
      part = file;
    } else {
      wants(false, "file", "is one of several that are not whole");
    }
  }
  wants(point.open == (part != nullptr), "open",
        "does not fit the list of files");
  wants(point.file.number == whole + (point.open ? 1 : 0), "file",
        "does not fit the number of files");
  wants(whole_records + point.file_records == point.records, "records",
        "are not those of the files");
  if (part == nullptr) return;
  wants(part->records == point.file_records, "file_records",
        "are not those of the file");
  const bool is_packed = job.compression == Compression::kGzip ||
                         job.compression == Compression::kZstd;
  wants(is_packed || part->bytes == point.written_text, "written_text",
        "is not as much as the file has");
}

void CheckComplete(const Manifest& manifest, const AddProblem& add) {
  const Job& job = manifest.job;
  const Tally& tally = manifest.tally;
  if (manifest.deliveries) {
    for (const LogInfo& log : Logs()) {
      if (manifest.deliveries->planned[log.log] == tally.records[log.log]) {
        continue;
      }
      add("/deliveries/logs/" + std::string(log.name) + "/planned",
          "is not the count of its records");
    }
    return;
  }
  if (job.extent.kind == Extent::Kind::kCalls && job.shard.count == 1 &&
      tally.calls != job.extent.amount) {
    add("/counts/calls", "are not those of the extent");
  }
  // A file of its own is called by no log, and holds all of them.
  std::map<std::string, std::uint64_t> of_files;
  for (const Manifest::File& file : manifest.files) {
    of_files[file.category] += file.records;
  }
  std::map<std::string, std::uint64_t> counted;
  for (const LogInfo& log : Logs()) {
    const std::string category =
        of_files.contains("") ? "" : std::string(log.category);
    if (job.logs.Has(log.log)) counted[category] += tally.records[log.log];
  }
  std::erase_if(of_files, [](const auto& each) { return each.second == 0; });
  std::erase_if(counted, [](const auto& each) { return each.second == 0; });
  if (of_files != counted) {
    add("/counts/records", "are not those of the files");
  }
}

}  // namespace busyhour
