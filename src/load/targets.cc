// The receivers of `load`.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/system.h"
#include "dataset/file_form.h"
#include "deliver/datagram_sink.h"
#include "deliver/file_sink.h"
#include "deliver/local_sink.h"
#include "deliver/output_path.h"
#include "deliver/output_sink.h"
#include "deliver/socket_sink.h"
#include "load/amqp_targets.h"
#include "load/http_targets.h"
#include "load/kafka_targets.h"
#include "load/target.h"

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

}  // namespace busyhour::internal
