#include "dataset/manifest_progress.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/json_members.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

// Refuses a member unless what it must meet holds.
class Wants {
 public:
  explicit Wants(const JsonMembers& members) : members_(members) {}

  void operator()(bool holds, const char* name, const char* message) const {
    if (!holds) members_.Refuse(name, message);
  }

 private:
  const JsonMembers& members_;
};

// Checks how much of a stream of these logs was written.
void CheckAmounts(const Job& job, LogSet logs, const StreamPoint& point,
                  const Wants& wants) {
  std::uint64_t bytes = 0;
  for (const LogType log : kLogTypes) {
    wants(logs.Has(log) || point.bytes[log] == 0, "bytes",
          "belong to a log that is not in the stream");
    bytes += point.bytes[log];
  }
  wants(point.records <= bytes && (point.records > 0 || bytes == 0), "bytes",
        "are fewer than the records, or belong to no records");
  wants(point.file_records <= point.records, "file_records",
        "are more than all records");
  wants(point.file_bytes <= bytes, "file_bytes", "are more than all bytes");
  wants(point.file_text <= point.written_text, "written_text",
        "is less than the text before the position");
  wants(job.compression == Compression::kLz4 ||
            point.file_bytes <= point.file_text,
        "file_text", "is less than that of the records");
  // `begun` is not used for a file of messages: each message has a start.
  wants(Info(job.frame).has_messages ||
            point.framing.begun == (point.file_records > 0),
        "begun", "does not match the records of the file");
  wants(point.framing.message_bytes <= point.file_text &&
            (Info(job.frame).has_messages || point.framing.message_bytes == 0),
        "message_bytes", "are more than the file has");
}

// Checks which file of the stream is written.
void CheckCurrentFile(const Job& job, const StreamPoint& point,
                      const Wants& wants) {
  const LayoutInfo& layout = Info(job.layout);
  const bool is_cut = layout.period_ms > 0 || job.rotate_bytes > 0;
  if (layout.period_ms > 0) {
    wants(point.file.number == 0
              ? point.file.period == -1
              : point.file.period >= job.start.ms / layout.period_ms &&
                    point.file.period <=
                        (kLatestTime.ms + 366 * kMsPerDay) / layout.period_ms,
          layout.period_member, "is not one of the job's");
  } else {
    wants(point.file.period == -1, layout.period_member,
          "requires layout storage");
  }
  wants(point.file.part == 0 ||
            (job.rotate_bytes > 0 && point.file.part < point.file.number),
        "part", "is not that of the file");
  wants(is_cut || (point.file.number == 1 && point.open), "file",
        "is not the only one of the stream");
}

// Checks whether the list of the stream's files agrees.
void CheckFiles(const Job& job, const StreamPoint& point,
                const std::vector<const Manifest::File*>& files,
                const Wants& wants) {
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
      wants(false, "file", "is one of several that are incomplete");
    }
  }
  wants(point.open == (part != nullptr), "open",
        "does not match the list of files");
  wants(point.file.number == whole + (point.open ? 1 : 0), "file",
        "does not match the number of files");
  wants(whole_records + point.file_records == point.records, "records",
        "are not those of the files");
  if (part == nullptr) return;
  wants(part->records == point.file_records, "file_records",
        "are not those of the file");
  const bool is_packed = job.compression == Compression::kGzip ||
                         job.compression == Compression::kZstd;
  wants(is_packed || part->bytes == point.written_text, "written_text",
        "is not that of the file");
}

// Refuses values that cannot describe a point in a stream of these logs.
// `files` are the files of the stream.
void CheckPoint(const Job& job, LogSet logs, const StreamPoint& point,
                const std::vector<const Manifest::File*>& files,
                const JsonMembers& members) {
  const Wants wants(members);
  CheckAmounts(job, logs, point, wants);
  CheckCurrentFile(job, point, wants);
  CheckFiles(job, point, files, wants);
}

StreamPoint ReadPoint(const JsonMembers& members, const Job& job) {
  StreamPoint point;
  point.file.number = members.Count("file");
  point.file.period = members.Period(Info(job.layout).period_member);
  if (job.layout == Layout::kDataExport) {
    point.file.part = members.Count("part");
  }
  point.open = members.Flag("open");
  point.records = members.Count("records");
  const Json& bytes = members.Array("bytes");
  if (bytes.size() != LogsCounted(job).end_index()) {
    members.Refuse("bytes", "does not have a number for each log");
  } else {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i].is_number_unsigned() &&
          bytes[i].get<std::uint64_t>() <= JsonMembers::kMostCount) {
        point.bytes[kLogTypes[i]] = bytes[i].get<std::uint64_t>();
      } else {
        members.Refuse("bytes", bytes[i].dump() + " is not a number of bytes");
      }
    }
  }
  point.file_records = members.Count("file_records");
  point.file_bytes = members.Count("file_bytes");
  point.file_text = members.Count("file_text");
  point.written_text = members.Count("written_text");
  point.framing.begun = members.Flag("begun");
  point.framing.message_bytes = members.Count("message_bytes");
  return point;
}

// The path of a blob without its time, which all files of its stream share.
std::string_view TreeOf(std::string_view name) {
  return name.substr(0, name.find("/y="));
}

// Takes the files of the next stream from those that are left: the streams have
// their files in order, and none before their first record.
std::vector<const Manifest::File*> TakeFiles(
    const std::string& category, const StreamPoint& point,
    std::span<const Manifest::File>& left) {
  std::vector<const Manifest::File*> files;
  const bool has_blobs = point.file.period >= 0;
  while (point.file.number > 0 && !left.empty() &&
         left.front().category == category &&
         (!has_blobs || files.empty() ||
          TreeOf(files.front()->name) == TreeOf(left.front().name))) {
    files.push_back(&left.front());
    left = left.subspan(1);
  }
  return files;
}

// Reads the results of sending to a receiver, by log.
Deliveries ReadOneDelivery(const Json& json, const std::string& pointer,
                           const Job& job, const AddProblem& add) {
  Deliveries deliveries;
  const JsonMembers members(json, pointer, add);
  deliveries.target = members.Text("to");
  deliveries.by_clock = members.Has("by_clock") && members.Flag("by_clock");
  const JsonMembers logs(members.Object("logs"), pointer + "/logs", add);
  for (const LogType log : job.logs) {
    const std::string name(Info(log).name);
    const JsonMembers entry(logs.Object(name.c_str()),
                            pointer + "/logs/" + name, add);
    const std::uint64_t planned = deliveries.planned[log] =
        entry.Count("planned");
    const auto read = [&](const char* list, Deliveries::Lists& lists) {
      std::uint64_t end = 0;
      for (const Json& range : entry.Array(list)) {
        const bool is_range = range.is_array() && range.size() == 2 &&
                              range[0].is_number_unsigned() &&
                              range[1].is_number_unsigned() &&
                              range[0].get<std::uint64_t>() >= end &&
                              range[0].get<std::uint64_t>() <= planned &&
                              range[1].get<std::uint64_t>() <=
                                  planned - range[0].get<std::uint64_t>();
        if (!is_range) {
          entry.Refuse(list, range.dump() +
                                 " is not a range of the planned records after "
                                 "the preceding one");
          return;
        }
        lists[log].push_back(
            {range[0].get<std::uint64_t>(), range[1].get<std::uint64_t>()});
        end = lists[log].back().first + lists[log].back().count;
      }
    };
    read("failed", deliveries.failed);
    read("dropped", deliveries.dropped);
    read("not_sent", deliveries.not_sent);
  }
  return deliveries;
}

}  // namespace

void ReadPoints(const JsonMembers& all, const AddProblem& add,
                std::size_t resources, Manifest& manifest) {
  const Job& job = manifest.job;
  if (!all.Has("resume")) return;
  const Json& points = all.Array("resume");
  std::vector<LogType> logs;
  for (const LogType log : job.logs) logs.push_back(log);
  const std::size_t trees = Info(job.layout).period_ms > 0 ? resources : 1;
  if (points.size() != 1 && (points.size() % logs.size() != 0 ||
                             points.size() > trees * logs.size())) {
    add("/resume", "is not one position for each log, or one for all");
    return;
  }
  // A file for a single log has a category; a file for all logs has none.
  const bool is_one_file =
      !manifest.files.empty() && manifest.files.front().category.empty();
  if (!is_one_file && points.size() < logs.size()) return;
  std::span<const Manifest::File> left = manifest.files;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const JsonMembers members(points[i], "/resume/" + std::to_string(i), add);
    const StreamPoint& point =
        manifest.streams.emplace_back(ReadPoint(members, job));
    LogSet of_stream = job.logs;
    std::string category;
    if (!is_one_file) {
      of_stream = {logs[i % logs.size()]};
      category = Info(logs[i % logs.size()]).category;
    }
    CheckPoint(job, of_stream, point, TakeFiles(category, point, left),
               members);
  }
  if (!left.empty()) add("/files", "are not those of the positions");
}

std::vector<Deliveries> ReadDeliveries(const JsonMembers& all, const Job& job,
                                       const AddProblem& add) {
  if (!all.HasArray("deliveries")) {
    return {ReadOneDelivery(all.Object("deliveries"), "/deliveries", job, add)};
  }
  std::vector<Deliveries> deliveries;
  for (const Json& json : all.Array("deliveries")) {
    deliveries.push_back(ReadOneDelivery(
        json, "/deliveries/" + std::to_string(deliveries.size()), job, add));
  }
  if (deliveries.size() < 2 || job.shard.count > 1) {
    all.Refuse("deliveries", "are not those of all shards of a job");
  }
  return deliveries;
}

}  // namespace busyhour::internal
