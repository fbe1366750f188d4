#pragma once

#include <atomic>
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

namespace busyhour {

/// Messages to Apache Kafka, or to whatever speaks its protocol, by librdkafka,
/// which has threads of its own and tries again by itself until its
/// `message.timeout.ms` is over.
///
/// A batch has its receipt when all its messages have been answered for; those
/// that the brokers did not confirm are refused.
class KafkaSink : public BatchSink {
 public:
  struct Options {
    std::string brokers;  ///< `host:port`, with commas between
    /// `{category}` stands for Azure's category of the batch's log.
    std::string topic;
    /// Properties of librdkafka by their own names, in the order in which they
    /// are set.
    std::vector<std::pair<std::string, std::string>> properties;
    /// Whether brokers tell a message that was sent again from its first
    /// sending.
    bool is_idempotent = true;
    int open_timeout_ms = 10'000;
    Secrets secrets;
    /// How sure a message is that the brokers take; without acks nobody
    /// answers.
    Certainty certainty = Certainty::kConfirmed;
  };

  /// What stands against such a property, in words for a person; empty when
  /// nothing does. Some values it takes only to object when it is opened.
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
  // A batch under way.
  struct Pending {
    Batch* batch;
    std::size_t left;  // messages without answer
    std::vector<std::uint32_t> refused;
    std::string error;
    std::string answer;
    bool is_unanswered = false;
    bool is_too_large = false;   // the last one
    std::uint64_t repeated = 0;  // records
  };

  // Whether the topic is there, or comes to be because it was asked for.
  Status FindTopic();
  rd_kafka_topic_s* TopicOf(const Batch& batch);
  // Gives what is waiting to librdkafka, as far as it has room.
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
  // Counted by librdkafka's threads, and how many of them have been seen.
  std::atomic<std::uint64_t> lost_answers_ = 0;
  std::uint64_t seen_lost_answers_ = 0;
  std::string trouble_;  // what librdkafka said last
  std::vector<Receipt> ready_;
};

}  // namespace busyhour
