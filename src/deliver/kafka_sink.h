#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/secrets.h"

struct rd_kafka_s;
struct rd_kafka_topic_s;
struct rd_kafka_message_s;

namespace busyhour::internal {

/// Sends messages to Apache Kafka, or to any receiver with its protocol, with
/// librdkafka. The library has its own threads and retries until
/// `message.timeout.ms` has passed.
///
/// A batch gets its receipt when all its messages have an answer; messages that
/// the brokers did not confirm are refused.
class KafkaSink : public BatchSink {
 public:
  struct Options {
    std::string brokers;  ///< `host:port`, comma-separated
    /// Each `{category}` is replaced by Azure's category of the batch's log.
    std::string topic;
    /// Properties of librdkafka by their own names, in the order in which they
    /// are set.
    std::vector<std::pair<std::string, std::string>> properties;
    /// Whether brokers recognize a message that was sent again.
    bool is_idempotent = true;
    int open_timeout_ms = 10'000;
    Secrets secrets;
    /// How certain the receipt of an accepted message is; without acks there is
    /// no answer.
    Certainty certainty = Certainty::kConfirmed;
  };

  /// Why a property must not be set, as a message; empty if it may. Some
  /// invalid values are only detected when the sink is opened.
  static std::string Objection(const std::string& name,
                               const std::string& value);

  explicit KafkaSink(Options options);
  ~KafkaSink() override;

  Status Open() override;
  bool HasRoom() const noexcept override { return waiting_.empty(); }
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;
  Status Close() override;

 private:
  // A batch in flight.
  struct Pending {
    Batch* batch;
    std::size_t left;  // messages without an answer
    std::vector<std::uint32_t> refused;
    std::string error;
    std::string answer;
    bool is_unanswered = false;
    bool is_too_large = false;   // the last message
    std::uint64_t repeated = 0;  // records
  };

  // Checks that the topic exists; the request may make the broker create it.
  Status FindTopic();
  rd_kafka_topic_s* TopicOf(const Batch& batch);
  // Passes waiting messages to librdkafka, as far as it has room.
  void Produce();
  void TakeAnswer(const rd_kafka_message_s& message);
  void NoteLostAnswers();
  static std::uint32_t NumberOf(const Batch& batch, const void* payload);

  const Options options_;
  rd_kafka_s* producer_ = nullptr;
  std::map<std::string, rd_kafka_topic_s*, std::less<>> topics_;
  std::map<const Batch*, std::unique_ptr<Pending>> pending_;
  std::vector<rd_kafka_message_s> waiting_;
  rd_kafka_topic_s* waiting_topic_ = nullptr;
  // Lost answers counted by librdkafka's threads, and how many were processed.
  std::atomic<std::uint64_t> lost_answers_ = 0;
  std::uint64_t seen_lost_answers_ = 0;
  std::string trouble_;  // librdkafka's last error
  std::vector<Receipt> ready_;
};

}  // namespace busyhour::internal
