#include "deliver/kafka_sink.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <stdexcept>

#include "base/nearest.h"
#include "deliver/http_reply.h"
#include "deliver/uri.h"
#include "deliver/wait.h"

namespace busyhour::internal {
namespace {

constexpr int kFlushMs = 10'000;
constexpr std::chrono::nanoseconds kShortWait{200'000};
constexpr std::chrono::milliseconds kTopicPeriod{100};
constexpr char kInterceptor[] = "busyhour";
// Number of the request in Kafka's protocol.
constexpr std::int16_t kProduceRequest = 0;
// Valid properties that librdkafka does not list.
constexpr std::string_view kOtherNames[] = {
    "acks",           "bootstrap.servers",  "compression.type",
    "linger.ms",      "max.in.flight",      "retries",
    "sasl.mechanism", "delivery.timeout.ms"};

// Called by librdkafka's threads with the name and number of each request.
rd_kafka_resp_err_t TakeAnswerOf(rd_kafka_t*, int, const char*, std::int32_t,
                                 std::int16_t request, std::int16_t,
                                 std::int32_t, std::size_t, std::int64_t,
                                 rd_kafka_resp_err_t error, void* lost) {
  if (request == kProduceRequest && error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    static_cast<std::atomic<std::uint64_t>*>(lost)->fetch_add(1);
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

// Counts requests whose answers are lost in `lost`.
rd_kafka_resp_err_t WatchAnswers(rd_kafka_t* producer, const rd_kafka_conf_t*,
                                 void* lost, char*, std::size_t) {
  return rd_kafka_interceptor_add_on_response_received(producer, kInterceptor,
                                                       TakeAnswerOf, lost);
}

}  // namespace

std::string KafkaSink::Objection(const std::string& name,
                                 const std::string& value) {
  std::array<char, 512> error{};
  const std::unique_ptr<rd_kafka_conf_t, void (*)(rd_kafka_conf_t*)> conf(
      rd_kafka_conf_new(), rd_kafka_conf_destroy);
  const rd_kafka_conf_res_t result = rd_kafka_conf_set(
      conf.get(), name.c_str(), value.c_str(), error.data(), error.size());
  if (result == RD_KAFKA_CONF_OK) return "";
  if (result != RD_KAFKA_CONF_UNKNOWN) {
    return '"' + value + "\" is refused: " + error.data();
  }
  std::size_t count = 0;
  const char** const pairs = rd_kafka_conf_dump(conf.get(), &count);
  std::vector<std::string_view> names(std::begin(kOtherNames),
                                      std::end(kOtherNames));
  for (std::size_t i = 0; i < count; i += 2) names.emplace_back(pairs[i]);
  std::string message =
      "is not a property of librdkafka" + DidYouMean(name, names);
  rd_kafka_conf_dump_free(pairs, count);
  return message;
}

KafkaSink::KafkaSink(Options options) : options_(std::move(options)) {}

KafkaSink::~KafkaSink() {
  // Messages in flight point into batches, so the producer is destroyed first.
  if (producer_ != nullptr) {
    rd_kafka_purge(producer_, RD_KAFKA_PURGE_F_QUEUE |
                                  RD_KAFKA_PURGE_F_INFLIGHT |
                                  RD_KAFKA_PURGE_F_NON_BLOCKING);
  }
  for (const auto& [name, topic] : topics_) rd_kafka_topic_destroy(topic);
  if (producer_ != nullptr) rd_kafka_destroy(producer_);
}

Status KafkaSink::Open() {
  std::array<char, 512> error{};
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  std::vector<std::pair<std::string, std::string>> properties =
      options_.properties;
  properties.emplace_back("bootstrap.servers", options_.brokers);
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error.data(),
                          error.size()) != RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(conf);
      return Status::Failed("librdkafka refuses the property " + name + ": " +
                            error.data());
    }
  }
  rd_kafka_conf_set_opaque(conf, this);
  rd_kafka_conf_set_dr_msg_cb(
      conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
        static_cast<KafkaSink*>(self)->TakeAnswer(*message);
      });
  rd_kafka_conf_set_error_cb(conf, [](rd_kafka_t*, int code, const char* reason,
                                      void* sink) {
    auto& self = *static_cast<KafkaSink*>(sink);
    // The reason of the last failure is more informative than "all brokers
    // down".
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && !self.trouble_.empty()) {
      return;
    }
    self.trouble_ = ShownWords(reason, self.options_.secrets);
  });
  if (!options_.is_idempotent) {
    // The client retries by itself.
    rd_kafka_conf_interceptor_add_on_new(conf, kInterceptor, WatchAnswers,
                                         &lost_answers_);
  }
  // The errors contain the same information as the log.
  rd_kafka_conf_set_log_cb(conf, nullptr);
  producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error.data(), error.size());
  if (producer_ == nullptr) {
    rd_kafka_conf_destroy(conf);
    return Status::Failed("cannot set up the connection to " +
                          options_.brokers + ": " + error.data());
  }
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t result = rd_kafka_metadata(
      producer_, 0, nullptr, &metadata, options_.open_timeout_ms);
  if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  if (result != RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_poll(producer_, 0);
    return Status::Failed(
        "cannot reach " + options_.brokers + ": " +
        (trouble_.empty() ? rd_kafka_err2str(result) : trouble_));
  }
  return WithCategory(options_.topic, "") == options_.topic ? FindTopic()
                                                            : Status::Ok();
}

// Every batch in flight may have been in a request whose answer was lost.
void KafkaSink::NoteLostAnswers() {
  const std::uint64_t lost = lost_answers_.load();
  if (lost == seen_lost_answers_) return;
  seen_lost_answers_ = lost;
  for (const auto& [batch, pending] : pending_) {
    const bool is_whole = pending->left == batch->ends.size();
    pending->repeated = std::max<std::uint64_t>(
        pending->repeated, is_whole ? batch->records : pending->left);
  }
}

Status KafkaSink::FindTopic() {
  rd_kafka_topic_t* const topic =
      rd_kafka_topic_new(producer_, options_.topic.c_str(), nullptr);
  if (topic == nullptr) {
    return Status::Failed("cannot send to topic \"" + options_.topic +
                          "\": " + rd_kafka_err2str(rd_kafka_last_error()));
  }
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  for (std::chrono::milliseconds waited{0};; waited += kTopicPeriod) {
    const rd_kafka_metadata_t* metadata = nullptr;
    error = rd_kafka_metadata(producer_, 0, topic, &metadata,
                              options_.open_timeout_ms);
    if (metadata != nullptr) {
      if (metadata->topic_cnt > 0) error = metadata->topics[0].err;
      rd_kafka_metadata_destroy(metadata);
    }
    // A broker that creates the topic reports this until it exists.
    const bool may_come = error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                          error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    if (!may_come || waited.count() >= options_.open_timeout_ms) break;
    SleepFor(kTopicPeriod);
  }
  rd_kafka_topic_destroy(topic);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Status::Ok();
  return Status::Failed("cannot send to topic \"" + options_.topic + "\" of " +
                        options_.brokers + ": " + rd_kafka_err2str(error));
}

rd_kafka_topic_s* KafkaSink::TopicOf(const Batch& batch) {
  const auto at = topics_.find(batch.category);
  if (at != topics_.end()) return at->second;
  const std::string name = WithCategory(options_.topic, batch.category);
  rd_kafka_topic_t* const topic =
      rd_kafka_topic_new(producer_, name.c_str(), nullptr);
  if (topic == nullptr) {
    throw std::runtime_error("cannot send to topic \"" + name +
                             "\": " + rd_kafka_err2str(rd_kafka_last_error()));
  }
  topics_.emplace(batch.category, topic);
  return topic;
}

void KafkaSink::Send(Batch& batch) {
  auto pending = std::make_unique<Pending>();
  pending->batch = &batch;
  pending->left = batch.ends.size();
  for (std::size_t i = 0; i < batch.ends.size(); ++i) {
    const std::string_view text = batch.message(i);
    rd_kafka_message_t message{};
    message.payload = const_cast<char*>(text.data());
    message.len = text.size();
    if (!batch.keys.empty()) {
      message.key = const_cast<char*>(batch.key(i).data());
      message.key_len = Batch::kKeyBytes;
    }
    message._private = pending.get();
    waiting_.push_back(message);
  }
  waiting_topic_ = TopicOf(batch);
  pending_.emplace(&batch, std::move(pending));
  Produce();
}

void KafkaSink::Produce() {
  if (waiting_.empty()) return;
  rd_kafka_produce_batch(waiting_topic_, RD_KAFKA_PARTITION_UA, 0,
                         waiting_.data(), static_cast<int>(waiting_.size()));
  std::vector<rd_kafka_message_t> left;
  for (rd_kafka_message_t& message : waiting_) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    if (message.err == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      message.err = RD_KAFKA_RESP_ERR_NO_ERROR;
      left.push_back(message);
    } else {
      TakeAnswer(message);
    }
  }
  waiting_ = std::move(left);
}

std::uint32_t KafkaSink::NumberOf(const Batch& batch, const void* payload) {
  const auto begin = static_cast<std::uint32_t>(
      static_cast<const char*>(payload) - batch.bytes.data());
  return static_cast<std::uint32_t>(
      std::upper_bound(batch.ends.begin(), batch.ends.end(), begin) -
      batch.ends.begin());
}

void KafkaSink::TakeAnswer(const rd_kafka_message_s& message) {
  NoteLostAnswers();
  auto* const pending = static_cast<Pending*>(message._private);
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    pending->refused.push_back(NumberOf(*pending->batch, message.payload));
    pending->error = rd_kafka_err2str(message.err);
    pending->answer = trouble_;
    pending->is_unanswered = message.err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
    pending->is_too_large = message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
  }
  if (--pending->left > 0) return;
  Receipt receipt;
  receipt.batch = pending->batch;
  receipt.certainty = options_.certainty;
  receipt.repeated = pending->repeated;
  receipt.error = std::move(pending->error);
  receipt.answer = std::move(pending->answer);
  receipt.is_unanswered = pending->is_unanswered;
  if (pending->refused.size() == pending->batch->ends.size()) {
    // A message of several records can be split.
    const bool is_one = pending->batch->ends.size() == 1;
    receipt.kind = pending->is_too_large && is_one ? Receipt::Kind::kTooLarge
                                                   : Receipt::Kind::kRefused;
  } else {
    std::sort(pending->refused.begin(), pending->refused.end());
    receipt.refused = std::move(pending->refused);
  }
  ready_.push_back(std::move(receipt));
  pending_.erase(pending->batch);
}

void KafkaSink::Poll(std::chrono::nanoseconds wait,
                     std::vector<Receipt>& receipts) {
  rd_kafka_poll(producer_, 0);
  Produce();
  if (ready_.empty()) {
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
    if (ms > 0) {
      rd_kafka_poll(producer_, waiting_.empty() ? static_cast<int>(ms) : 1);
    } else if (wait.count() > 0) {
      SleepFor(std::min(wait, kShortWait));
      rd_kafka_poll(producer_, 0);
    }
    Produce();
  }
  std::array<char, 512> words{};
  const rd_kafka_resp_err_t fatal =
      rd_kafka_fatal_error(producer_, words.data(), words.size());
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
  if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) {
    for (Receipt& receipt : receipts) {
      if (receipt.kind == Receipt::Kind::kRefused) receipt.is_final = true;
    }
  }
}

Status KafkaSink::Close() {
  // Later answers no longer concern a batch.
  if (!pending_.empty()) {
    rd_kafka_purge(producer_,
                   RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  }
  rd_kafka_flush(producer_, kFlushMs);
  ready_.clear();
  return Status::Ok();
}

}  // namespace busyhour::internal
