#include "load/target.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/nearest.h"
#include "deliver/datagram_sink.h"
#include "deliver/fd_sink.h"
#include "deliver/file_sink.h"
#include "deliver/local_sink.h"
#include "deliver/socket_sink.h"

namespace busyhour {
namespace {

constexpr std::size_t kMaxDatagram = 65'507;
constexpr Nanos kMillisecond = 1'000'000;
constexpr std::uint64_t kMostConnections = 256;
constexpr std::int64_t kMostTimeoutMs = 10 * 60 * 1000;

bool HasHostAndPort(Settings& settings, const Target& target) {
  if (!target.uri.host.empty() && target.uri.port > 0) return true;
  settings.RefuseTarget("\"" + target.uri.text + "\" names no host and port: " +
                        std::string(InfoOf(target).form));
  return false;
}

std::unique_ptr<BatchSink> MakeNull(Settings&, Target&) {
  return std::make_unique<LocalSink>(std::make_unique<NullSink>());
}

std::unique_ptr<BatchSink> MakeOutput(Settings&, Target&) {
  return std::make_unique<LocalSink>(
      std::make_unique<FdSink>(STDOUT_FILENO, "standard output", nullptr));
}

// A file that has its name only once it is whole.
class OpenedFile : public LocalSink {
 public:
  explicit OpenedFile(std::unique_ptr<FileSink> file)
      : LocalSink(std::move(file)),
        file_(static_cast<FileSink&>(LocalSink::sink())) {}
  Status Open() override { return file_.Open(); }

 private:
  FileSink& file_;
};

std::unique_ptr<BatchSink> MakeFile(Settings& settings, Target& target) {
  if (target.uri.path.empty()) {
    settings.RefuseTarget("\"" + target.uri.text + "\" names no file");
    return nullptr;
  }
  constexpr std::array<std::string_view, 2> kAnswers = {"no", "yes"};
  std::error_code error;
  if (settings.Word("overwrite", kAnswers, 0) == 0 &&
      std::filesystem::exists(target.uri.path, error)) {
    settings.RefuseTarget(target.uri.path +
                          " is already there; --with overwrite=yes replaces "
                          "it");
    return nullptr;
  }
  return std::make_unique<OpenedFile>(
      std::make_unique<FileSink>(target.uri.path));
}

std::unique_ptr<BatchSink> MakeSocket(Settings& settings, Target& target) {
  if (target.uri.scheme == "tcp" && !HasHostAndPort(settings, target)) {
    return nullptr;
  }
  SocketSink::Options options;
  options.connections =
      static_cast<int>(settings.Count("connections", 1, 1, kMostConnections));
  options.connect_timeout = std::chrono::milliseconds(
      settings.DurationMs("connect_timeout", 5000, 1, kMostTimeoutMs));
  return std::make_unique<SocketSink>(target.uri, options);
}

std::unique_ptr<BatchSink> MakeDatagrams(Settings& settings, Target& target) {
  if (!HasHostAndPort(settings, target)) return nullptr;
  target.rules.each_record = true;
  return std::make_unique<DatagramSink>(target.uri);
}

const std::array kTargets = {
    TargetInfo{
        "null", "null:", "at once", {Envelope::kLines}, {}, MakeNull, ""},
    TargetInfo{"-", "-", "written", {Envelope::kLines}, {}, MakeOutput, ""},
    TargetInfo{
        "file", "file:PATH", "written", {Envelope::kLines}, {}, MakeFile, ""},
    TargetInfo{"tcp",
               "tcp://HOST:PORT",
               "the receiver's system has confirmed the bytes",
               {Envelope::kLines, Envelope::kOctets},
               {},
               MakeSocket,
               ""},
    TargetInfo{"unix",
               "unix:PATH",
               "the receiver has read the bytes",
               {Envelope::kLines, Envelope::kOctets},
               {},
               MakeSocket,
               ""},
    TargetInfo{"udp",
               "udp://HOST:PORT",
               "given to this machine's network; nobody confirms a datagram",
               {Envelope::kRecord},
               {kMaxDatagram, 256, kMillisecond},
               MakeDatagrams,
               ""},
};

// The settings that all receivers have.
void ReadRules(Settings& settings, const TargetInfo& info, BatchRules& rules) {
  std::vector<std::string_view> names;
  for (const Envelope envelope : info.envelopes) {
    names.push_back(Info(envelope).name);
  }
  rules.envelope = info.envelopes[settings.Word("envelope", names, 0)];
  rules.limits = info.limits;
  if (rules.envelope == Envelope::kLines ||
      rules.envelope == Envelope::kOctets ||
      rules.envelope == Envelope::kRecord) {
    constexpr std::array<std::string_view, 2> kSyslog = {"none", "rfc5424"};
    rules.syslog = settings.Word("syslog", kSyslog, 0) == 1;
  }
  rules.limits.max_bytes = static_cast<std::size_t>(settings.Size(
      "batch_bytes", rules.limits.max_bytes, 1, std::uint64_t{64} << 20));
  rules.limits.max_records =
      settings.Count("batch_records", rules.limits.max_records, 1, 1'000'000);
  rules.limits.linger =
      settings.DurationMs("linger", rules.limits.linger / kMillisecond, 0,
                          60'000) *
      kMillisecond;
}

}  // namespace

std::span<const TargetInfo> Targets() { return kTargets; }

const TargetInfo& InfoOf(const Target& target) {
  return *std::find_if(
      kTargets.begin(), kTargets.end(),
      [&](const TargetInfo& info) { return info.scheme == target.uri.scheme; });
}

Target ReadTarget(const std::string& to, const std::vector<std::string>& with,
                  std::vector<Problem>& problems) {
  Target target;
  const auto refuse = [&](std::string message) {
    problems.push_back({"--to", 0, 0, "", std::move(message)});
  };
  if (to == "-") {
    target.uri.text = target.uri.scheme = to;
  } else if (auto uri = ParseUri(to)) {
    target.uri = std::move(*uri);
  } else {
    refuse("\"" + to +
           "\" is not a receiver's address, such as "
           "tcp://127.0.0.1:5140 or null:; it has no user name, and names of "
           "variables for secrets are settings (--with)");
    return target;
  }
  const auto info = std::find_if(
      kTargets.begin(), kTargets.end(),
      [&](const TargetInfo& row) { return row.scheme == target.uri.scheme; });
  if (info == kTargets.end()) {
    std::vector<std::string_view> names;
    for (const TargetInfo& row : kTargets) names.push_back(row.scheme);
    std::string hint = DidYouMean(target.uri.scheme, names);
    if (hint.empty()) {
      for (const TargetInfo& row : kTargets) {
        hint += (hint.empty() ? "; there are " : ", ") + std::string(row.form);
      }
    }
    refuse("\"" + target.uri.scheme + "\" is no kind of receiver" + hint);
    return target;
  }
  if (info->make == nullptr) {
    refuse(std::string(info->form) + " takes " + std::string(info->library) +
           ", which this program was built without");
    return target;
  }
  Settings settings(with, problems);
  ReadRules(settings, *info, target.rules);
  target.sink = info->make(settings, target);
  settings.RefuseOthers();
  return target;
}

}  // namespace busyhour
