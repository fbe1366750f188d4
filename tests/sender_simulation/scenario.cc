#include "sender_simulation/scenario.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "deliver/blob_sink.h"
#include "deliver/http_sink.h"
#include "deliver/socket_sink.h"

namespace busyhour::internal {

const Profile& QuickstartProfile() {
  static const Profile* const profile =
      new Profile(ShippedProfile("quickstart"));
  return *profile;
}

const Runs& Quickstart() {
  static const Runs* const runs = new Runs(QuickstartProfile());
  return *runs;
}

Scenario::Scenario(std::uint64_t seed) : chance_(seed) {
  is_http_ = chance_.Is(0.7);
  is_blob_ = is_http_ && chance_.Is(0.35);
  DrawPlan();
  DrawSender();
  DrawChanges();
  MakeReceiver();
}

void Scenario::DrawPlan() {
  const std::uint64_t calls = 3 + chance_.Below(40);
  plan_.job = Quickstart().JobOf(Extent::Kind::kCalls, calls);
  plan_.job.to_receiver = true;
  plan_.job.frame =
      is_http_ && !is_blob_
          ? chance_.OneOf({Frame::kJsonl, Frame::kElastic, Frame::kSplunk})
          : Frame::kJsonl;
  plan_.job.shape = Info(plan_.job.frame).default_shape;
  plan_.unit = PaceUnit::kRecords;
  const double rate = chance_.Scale(0.5, 200);
  plan_.sender.paced = chance_.Is(0.85);
  if (plan_.sender.paced) {
    std::vector<Problem> problems;
    const char* const pattern =
        chance_.OneOf({"constant", "constant", "sine:0.5/2s", "spike:5@1s+1s"});
    plan_.pace = Pace(rate, ReadPattern(pattern, 0, problems));
  }
  control_ = std::make_unique<RunControl>(
      RateWords{PaceUnit::kRecords, plan_.sender.paced ? rate : 0.0, ""},
      false);
  if (chance_.Is(0.1)) plan_.end = chance_.Time(kNanosPerSecond / 5, 30e9);
  plan_.rules.may_split = true;
  plan_.rules.one_log = is_blob_ || (is_http_ && chance_.Is(0.2));
  plan_.rules.one_hour = is_blob_;
  if (is_http_ && !is_blob_ && chance_.Is(0.2)) {
    plan_.rules.compression = Compression::kGzip;
  }
  plan_.rules.limits.max_bytes =
      static_cast<std::size_t>(chance_.Scale(500, 60'000));
  plan_.rules.limits.max_records =
      static_cast<std::uint64_t>(chance_.Scale(1, 200));
  plan_.rules.limits.linger = chance_.OneOf<Nanos>(
      {0, kMillisecond, 20 * kMillisecond, 500 * kMillisecond});
}

void Scenario::DrawSender() {
  Sender::Options& sender = plan_.sender;
  sender.overload =
      chance_.OneOf({Overload::kWait, Overload::kWait, Overload::kWait,
                     Overload::kDrop, Overload::kDrop, Overload::kFail});
  sender.max_queue_bytes =
      static_cast<std::size_t>(chance_.Scale(1000, 1 << 20));
  sender.max_in_flight = 1 + chance_.Below(12);
  sender.max_attempts = 1 + static_cast<int>(chance_.Below(10));
  sender.give_up = chance_.Time(kNanosPerSecond, 60 * kNanosPerSecond);
  if (chance_.Is(0.2)) sender.max_drain = chance_.Time(kMillisecond, 20e9);
  sender.interrupted_drain = chance_.Time(kMillisecond, 4e9);
  sender.settle = chance_.Time(kMillisecond, 5e9);
  sender.backoff = chance_.Time(kMillisecond, 200 * kMillisecond);
  sender.most_backoff = chance_.Time(100 * kMillisecond, 2e9);
  sender.ends_at_refusal = chance_.Is(0.1);
  sender.seed = chance_.Below(1000);
  sender.interrupt = &interrupt_;
  sender.control = control_.get();
  sender.on_progress = [this](const Sender&, Nanos now) { OnProgress(now); };
}

void Scenario::DrawChanges() {
  if (chance_.Is(0.15)) {
    interrupts_[0] = chance_.Time(50 * kMillisecond, 20e9);
    if (chance_.Is(0.4)) {
      interrupts_[1] = interrupts_[0] + chance_.Time(kMillisecond, 1e9);
    }
  }
  if (chance_.Is(0.75)) return;
  Nanos at = 0;
  for (std::size_t left = 1 + chance_.Below(4); left > 0; --left) {
    at += chance_.Time(50 * kMillisecond, 2e9);
    changes_.emplace_back(
        at, chance_.OneOf({"faster", "slower", "toggle", "pause", "end"}));
    // A run that pauses forever does not end.
    at += chance_.Time(50 * kMillisecond, 1e9);
    changes_.emplace_back(at, "resume");
  }
}

void Scenario::OnProgress(Nanos now) {
  for (const Nanos at : interrupts_) {
    if (now >= at && interrupt_.load() < 1 + (at == interrupts_[1] ? 1 : 0)) {
      interrupt_ = at == interrupts_[1] ? 2 : 1;
    }
  }
  while (!changes_.empty() && now >= changes_.front().first) {
    control_->Ask(changes_.front().second, AskedBy::kCommand);
    changes_.erase(changes_.begin());
  }
  if (watched_->is_endless()) {
    watched_->Break("the run does not end");
    interrupt_ = 2;
  }
}

void Scenario::MakeReceiver() {
  if (is_http_) {
    MakeHttp();
  } else {
    MakeStream();
  }
  watched_ = std::make_unique<WatchedSink>(*sink_, clock_, plan_);
}

void Scenario::MakeHttp() {
  HttpReceiver::Options options;
  options.is_gzip = plan_.rules.compression == Compression::kGzip;
  options.connections = 1 + chance_.Below(8);
  options.timeout = chance_.Time(200 * kMillisecond, 5e9);
  options.badness = chance_.OneOf({0.0, 0.1, 0.3, 0.7});
  if (chance_.Is(0.25)) {
    options.most_bytes = static_cast<std::size_t>(chance_.Scale(600, 40'000));
    if (chance_.Is(0.5))
      options.limited_from = chance_.Time(kMillisecond, 20e9);
  }
  if (chance_.Is(0.03)) options.closes_at = chance_.Time(kMillisecond, 5e9);
  std::unique_ptr<HttpService> service;
  if (is_blob_) {
    const std::size_t most_blocks = chance_.OneOf({1, 5, 50'000});
    service = std::make_unique<BlobService>(most_blocks, stored_);
  } else {
    service = std::make_unique<RecordService>(chance_.Fork(2), plan_.job.frame,
                                              stored_);
  }
  auto receiver = std::make_unique<HttpReceiver>(chance_.Fork(1), clock_,
                                                 options, std::move(service));
  http_ = receiver.get();
  if (is_blob_) {
    MakeBlobSink(options.connections, std::move(receiver));
  } else {
    MakeHttpSink(options.connections, std::move(receiver));
  }
}

void Scenario::MakeHttpSink(std::size_t connections,
                            std::unique_ptr<HttpClient> client) {
  HttpSink::Options options;
  options.url = "http://receiver.invalid/";
  options.dialect = plan_.job.frame == Frame::kElastic  ? HttpDialect::kElastic
                    : plan_.job.frame == Frame::kSplunk ? HttpDialect::kSplunk
                                                        : HttpDialect::kStatus;
  options.connections = connections;
  words_ = "http " + std::string(Info(plan_.job.frame).name);
  sink_ = std::make_unique<HttpSink>(std::move(options), std::move(client));
}

void Scenario::MakeBlobSink(std::size_t connections,
                            std::unique_ptr<HttpClient> client) {
  BlobSink::Options options;
  options.endpoint = "http://account.invalid";
  if (chance_.Is(0.3)) options.container = "logs";
  options.sas = "sig=none";
  options.connections = connections;
  words_ = "azblob";
  sink_ = std::make_unique<BlobSink>(std::move(options), std::move(client));
}

void Scenario::MakeStream() {
  StreamReceiver::Options options;
  options.is_unix = chance_.Is(0.3);
  options.outgoing_bytes =
      static_cast<std::size_t>(chance_.Scale(2000, 1 << 20));
  options.inbox_bytes = static_cast<std::size_t>(chance_.Scale(2000, 1 << 20));
  options.wire_bytes_per_second = chance_.Scale(1e5, 1e9);
  options.read_bytes_per_second = chance_.Scale(3e3, 1e9);
  options.trouble_every = chance_.Time(100 * kMillisecond, 10e9);
  options.sudden_trouble = chance_.OneOf({0.0, 0.0, 0.001, 0.01});
  options.may_vanish = chance_.Is(0.1);
  SocketSink::Options sink;
  sink.connections = 1 + static_cast<int>(chance_.Below(4));
  words_ = options.is_unix ? "unix" : "tcp";
  auto receiver = std::make_unique<StreamReceiver>(chance_.Fork(1), clock_,
                                                   options, stored_);
  stream_ = receiver.get();
  sink_ = std::make_unique<SocketSink>(
      *ParseUri(options.is_unix ? "unix:/nowhere" : "tcp://127.0.0.1:9"), sink,
      std::move(receiver));
}

void Scenario::FinishReceiver() {
  if (http_ != nullptr) http_->Finish();
  if (stream_ != nullptr) stream_->Finish();
}

bool Scenario::WasImpatient() const {
  // For a blob, the sink makes several requests for a batch.
  return http_ != nullptr && !is_blob_ && http_->impatient() > 0;
}

}  // namespace busyhour::internal
