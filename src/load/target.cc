#include "load/target.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/ascii.h"
#include "base/nearest.h"
#include "base/system.h"
#include "dataset/file_form.h"
#include "deliver/datagram_sink.h"
#include "deliver/file_sink.h"
#include "deliver/local_sink.h"
#include "deliver/output_path.h"
#include "deliver/output_sink.h"
#include "deliver/secrets.h"
#include "deliver/socket_sink.h"
#include "load/amqp_targets.h"
#include "load/http_targets.h"
#include "load/kafka_targets.h"

namespace busyhour::internal {
namespace {

using MakeSink = decltype(TargetInfo::make);

constexpr std::size_t kMaxDatagram = 65'507;
// A stream has no message limits, and fewer, larger writes cost less.
constexpr BatchLimits kOfStreams{256 * 1024, 1'000'000, kMillisecond};

std::unique_ptr<BatchSink> MakeNull(Settings&, Target&) {
  return std::make_unique<LocalSink>(std::make_unique<NullSink>());
}

std::unique_ptr<BatchSink> MakeOutput(Settings&, Target&) {
  return std::make_unique<OutputSink>(STDOUT_FILENO, "standard output");
}

// A file that gets its final name only when it is complete.
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
  const bool may_replace = settings.Word("overwrite", kAnswers, 0) == 1;
  const bool syncs = settings.Word("sync", kAnswers, 1) == 1;
  const std::string& path = target.uri.path;
  std::string objection = ObjectionToReplacing(path, may_replace);
  if (!objection.empty() && IsSpecialFile(path)) {
    objection += "; standard output is --to -";
  } else if (objection.ends_with("--force replaces it")) {
    objection += ", as --with overwrite=yes does";
  } else if (objection.empty()) {
    objection = ObjectionToLines(path);
  }
  if (!objection.empty()) {
    settings.RefuseTarget(std::move(objection));
    return nullptr;
  }
  return std::make_unique<OpenedFile>(
      std::make_unique<FileSink>(path, FileRules{may_replace, syncs}));
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

#ifdef BUSYHOUR_WITH_KAFKA
constexpr MakeSink kMakeKafka = MakeKafka;
#else
constexpr MakeSink kMakeKafka = nullptr;
#endif

#ifdef BUSYHOUR_WITH_HTTP
constexpr MakeSink kMakeHttp = MakeHttp;
constexpr MakeSink kMakeTls = MakeTls;
constexpr MakeSink kMakeBlobs = MakeBlobs;
#else
constexpr MakeSink kMakeHttp = nullptr;
constexpr MakeSink kMakeTls = nullptr;
constexpr MakeSink kMakeBlobs = nullptr;
#endif

#ifdef BUSYHOUR_WITH_AMQP
constexpr MakeSink kMakeAmqp = MakeAmqp;
#else
constexpr MakeSink kMakeAmqp = nullptr;
#endif

std::vector<Frame> HttpFrames() {
  std::vector<Frame> frames;
  for (const FrameInfo& info : Frames()) {
    if (!info.content_type.empty()) frames.push_back(info.frame);
  }
  return frames;
}
const std::vector<Frame> kHttpFrames = HttpFrames();
// Azure's Logs Ingestion API accepts 1 MB per request.
constexpr BatchLimits kHttpLimits = {1'000'000, 1'000'000, 20 * kMillisecond};

constexpr BatchLimits kAmqpLimits = {256 * 1024, 10'000, 5 * kMillisecond};

constexpr std::string_view kTakenBack =
    "confirmed by the receiver's system; taken back if it is not read";
// Where the system does not tell what is confirmed.
constexpr std::string_view kHandedOver =
    "passed to this machine's network; taken back if it is not read";

const std::array kTargets = {
    TargetInfo{"null",
               "null:",
               "immediately",
               {Frame::kJsonl},
               kOfStreams,
               MakeNull,
               ""},
    TargetInfo{
        "-", "-", "written", {Frame::kJsonl}, kOfStreams, MakeOutput, ""},
    TargetInfo{"file",
               "file:PATH",
               "written",
               {Frame::kJsonl},
               kOfStreams,
               MakeFile,
               ""},
    TargetInfo{"tcp",
               "tcp://HOST:PORT",
               kKnowsUnconfirmed ? kTakenBack : kHandedOver,
               {Frame::kJsonl, Frame::kOctets},
               kOfStreams,
               MakeSocket,
               ""},
    TargetInfo{"tls",
               "tls://HOST:PORT",
               kKnowsUnconfirmed ? kTakenBack : kHandedOver,
               {Frame::kJsonl, Frame::kOctets},
               {},
               kMakeTls,
               "libcurl"},
    TargetInfo{
        "unix",
        "unix:PATH",
        kKnowsUnconfirmed ? "the receiver has read the bytes" : kHandedOver,
        {Frame::kJsonl, Frame::kOctets},
        kOfStreams,
        MakeSocket,
        ""},
    TargetInfo{"udp",
               "udp://HOST:PORT",
               "passed to this machine's network; datagrams are not confirmed",
               {Frame::kRecord},
               {kMaxDatagram, 256, kMillisecond},
               MakeDatagrams,
               ""},
    TargetInfo{"kafka",
               "kafka://HOST:PORT/TOPIC",
               "confirmed by the brokers, as acks says",
               {Frame::kRecord, Frame::kEventHub},
               {256 * 1024, 10'000, 5 * kMillisecond},
               kMakeKafka,
               "librdkafka"},
    TargetInfo{"amqp",
               "amqp://HOST[:PORT]/ADDRESS",
               "accepted by the receiver",
               {Frame::kEventHub, Frame::kRecord},
               kAmqpLimits,
               kMakeAmqp,
               "Qpid Proton and libcurl"},
    TargetInfo{"amqps",
               "amqps://HOST[:PORT]/ADDRESS",
               "accepted by the receiver",
               {Frame::kEventHub, Frame::kRecord},
               kAmqpLimits,
               kMakeAmqp,
               "Qpid Proton and libcurl"},
    TargetInfo{"http", "http://HOST[:PORT]/PATH", "answered with success",
               kHttpFrames, kHttpLimits, kMakeHttp, "libcurl"},
    TargetInfo{"https", "https://HOST[:PORT]/PATH", "answered with success",
               kHttpFrames, kHttpLimits, kMakeHttp, "libcurl"},
    TargetInfo{"azblob",
               "azblob://ACCOUNT[/CONTAINER]",
               "a block of its blob",
               {Frame::kJsonl},
               // A blob has at most 50,000 blocks. One block per second needs
               // 3,600 of them for an hour.
               {1 << 20, 1'000'000, 1000 * kMillisecond},
               kMakeBlobs,
               "libcurl"},
};

// Refuses parts of an address that its kind's form does not have. They would be
// ignored, and file://tmp/x is not /tmp/x.
bool HasOnlyItsParts(const Uri& uri, const TargetInfo& info,
                     std::vector<Problem>& problems) {
  const auto refuse = [&](const std::string& part) {
    problems.push_back({"--to", 0, 0, "",
                        "\"" + HideInAddress(uri.text) + "\" has a " + part +
                            "; the form is " + std::string(info.form)});
    return false;
  };
  const bool is_local = info.form.find("//") == std::string_view::npos;
  if (is_local && !uri.host.empty()) return refuse("host");
  const bool has_path =
      info.form.find('/', info.form.find("//") + 2) != std::string_view::npos ||
      info.form.ends_with("PATH");
  if (!has_path && !uri.path.empty() && uri.path != "/") return refuse("path");
  if (!info.scheme.starts_with("http") && !uri.query.empty()) {
    return refuse("query");
  }
  return true;
}

// Reads which time is noted beside a record.
void ReadTime(Settings& settings, const FrameInfo& frame, BatchRules& rules) {
  constexpr std::array<std::string_view, 2> kTimes = {"delivery", "sent"};
  rules.time_sent = settings.Word("time", kTimes, 0) == 1;
  if (!rules.time_sent || frame.notes_time || rules.syslog) return;
  settings.Refuse(
      "time",
      "sent requires a place for a time beside the record: frame " +
          FrameNames([](const FrameInfo& info) { return info.notes_time; }) +
          ", or syslog=rfc5424; frame " + std::string(frame.name) +
          " has none");
}

// Reads the labels of streams.
void ReadLabels(Settings& settings, const FrameInfo& frame, BatchRules& rules) {
  for (const auto& [name, value] : settings.WithPrefix("label.")) {
    std::string reason = frame.section_with == nullptr
                             ? "requires frame=loki: frame " +
                                   std::string(frame.name) + " has no labels"
                             : rules.labels.Set(name, value);
    if (!reason.empty()) settings.Refuse("label." + name, std::move(reason));
  }
}

// Reads the settings that all receivers have.
void ReadRules(Settings& settings, const TargetInfo& info, Target& target) {
  BatchRules& rules = target.rules;
  std::vector<std::string_view> names;
  for (const Frame frame : info.frames) names.push_back(Info(frame).name);
  target.frame = info.frames[settings.Word("frame", names, 0)];
  const FrameInfo& frame = Info(target.frame);
  rules.limits = info.limits;
  if (frame.max_message_bytes > 0) {
    rules.limits.max_bytes =
        std::min(rules.limits.max_bytes, frame.max_message_bytes);
  }
  if (frame.stands_alone && frame.style == RowStyle::kObject) {
    constexpr std::array<std::string_view, 2> kSyslog = {"none", "rfc5424"};
    rules.syslog = settings.Word("syslog", kSyslog, 0) == 1;
  }
  ReadTime(settings, frame, rules);
  ReadLabels(settings, frame, rules);
  rules.limits.max_bytes = static_cast<std::size_t>(settings.Size(
      "batch_bytes", rules.limits.max_bytes, 1, std::uint64_t{64} << 20));
  rules.limits.max_records =
      settings.Count("batch_records", rules.limits.max_records, 1, 1'000'000);
  rules.limits.linger =
      settings.DurationMs("linger", rules.limits.linger / kMillisecond, 0,
                          60'000) *
      kMillisecond;
  rules.limits.span_ms =
      settings.DurationMs("batch_span", BatchLimits::kAnySpan, 1, kMsPerDay);
}

}  // namespace

bool HasHostAndPort(Settings& settings, const Target& target) {
  if (!target.uri.host.empty() && target.uri.port > 0) return true;
  settings.RefuseTarget("\"" + target.uri.text + "\" names no host and port: " +
                        std::string(InfoOf(target).form));
  return false;
}

std::span<const TargetInfo> Targets() { return kTargets; }

const TargetInfo& InfoOf(const Target& target) {
  return *std::find_if(
      kTargets.begin(), kTargets.end(),
      [&](const TargetInfo& info) { return info.scheme == target.uri.scheme; });
}

namespace {

// `5140`, of an address `localhost:5140`.
bool IsPort(std::string_view path) {
  return !path.empty() && std::all_of(path.begin(), path.end(), IsDigit);
}

// Reads the address and returns its kind; null if there is a problem with it.
const TargetInfo* ReadAddress(const std::string& to, Target& target,
                              std::vector<Problem>& problems) {
  const auto refuse = [&](std::string message) {
    problems.push_back({"--to", 0, 0, "", std::move(message)});
  };
  if (to == "-") {
    target.uri.text = target.uri.scheme = to;
  } else if (auto uri = ParseUri(to)) {
    target.uri = std::move(*uri);
  } else {
    if (to.starts_with('/') || to.starts_with('.')) {
      refuse("\"" + to +
             "\" is not a receiver's address; did you mean \"file:" + to +
             "\"?");
      return nullptr;
    }
    refuse("\"" + HideInAddress(to) +
           "\" is not a receiver's address, such as "
           "tcp://127.0.0.1:5140 or null:; it has plain characters without "
           "spaces or #, a port from 1 to 65,535 and no user name, and names "
           "of variables for secrets are settings (--with)");
    return nullptr;
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
        hint += (hint.empty() ? "; the schemes are " : ", ") +
                std::string(row.form);
      }
    }
    if (IsPort(target.uri.path)) hint = "; did you mean \"tcp://" + to + "\"?";
    if (target.uri.scheme == "syslog") {
      hint = "; use udp://, tcp:// or tls:// with --with syslog=rfc5424";
    }
    refuse("\"" + target.uri.scheme + "\" is an unknown receiver scheme" +
           hint);
    return nullptr;
  }
  if (info->make == nullptr) {
    refuse(std::string(info->form) + " requires " + std::string(info->library) +
           "; this program was built without it");
    return nullptr;
  }
  return HasOnlyItsParts(target.uri, *info, problems) ? &*info : nullptr;
}

// Reads the settings, and makes the sink from them.
void ReadSettings(Settings& settings, const TargetInfo& info, Target& target) {
  ReadRules(settings, info, target);
  target.sink = info.make(settings, target);
}

}  // namespace

std::vector<SettingInfo> SettingsOf(const std::string& to,
                                    const std::vector<std::string>& with) {
  std::vector<Problem> ignored;
  Target target;
  const TargetInfo* const info = ReadAddress(to, target, ignored);
  if (info == nullptr) return {};
  Settings settings(with, ignored);
  ReadSettings(settings, *info, target);
  return settings.read();
}

Target ReadTarget(const std::string& to, const std::vector<std::string>& with,
                  std::vector<Problem>& problems) {
  Target target;
  const TargetInfo* const info = ReadAddress(to, target, problems);
  if (info == nullptr) return target;
  Settings settings(with, problems);
  ReadSettings(settings, *info, target);
  settings.RefuseOthers();
  return target;
}

}  // namespace busyhour::internal
