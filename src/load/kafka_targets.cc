// The settings of the sink that uses librdkafka.

#include "load/kafka_targets.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "catalog/logs.h"
#include "deliver/kafka_sink.h"
#include "deliver/uri.h"
#include "load/tls_settings.h"

namespace busyhour::internal {
namespace {

constexpr std::array<std::string_view, 2> kNoYes = {"no", "yes"};

constexpr std::size_t kMostTopicBytes = 249;  // of Kafka

// Whether Kafka brokers accept this text as a part of a topic name.
bool IsPartOfTopic(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsLetterOrDigit(c) || c == '.' || c == '_' || c == '-';
  });
}

std::string_view LongestCategory() {
  std::string_view longest;
  for (const LogType log : kLogTypes) {
    const std::string_view category = Info(log).category;
    if (category.size() > longest.size()) longest = category;
  }
  return longest;
}

// Refuses a topic that brokers do not accept, for any log.
void CheckTopic(const std::string& topic, const Target& target,
                Settings& settings) {
  const std::string shown = '"' + target.uri.text + '"';
  const std::string longest = WithCategory(topic, LongestCategory());
  const bool is_too_long = longest.size() > kMostTopicBytes;
  if (topic == "." || topic == ".." ||
      !IsPartOfTopic(WithCategory(topic, "")) ||
      (is_too_long && topic == longest)) {
    settings.RefuseTarget(shown +
                          " does not end with a topic name: 1 to 249 letters, "
                          "digits, '.', '_' and '-', or {category} among them");
  } else if (is_too_long) {
    settings.RefuseTarget(
        shown + " has a topic of " + std::to_string(longest.size()) +
        " characters for the category " + std::string(LongestCategory()) +
        "; Kafka's limit is " + std::to_string(kMostTopicBytes));
  }
}

// Whether the property is a secret, which everybody could read in the list of
// processes.
bool IsSecret(const std::string& property) {
  return property.find("password") != std::string::npos ||
         property.find("secret") != std::string::npos ||
         property == "ssl.key.pem";
}

// Reads the properties of librdkafka, under their original names.
void ReadProperties(Settings& settings, KafkaSink::Options& options) {
  for (auto& [name, value] : settings.WithPrefix("kafka.")) {
    const std::string objection =
        name == "bootstrap.servers"
            ? "it is derived from --to and setting brokers"
        : IsSecret(name)
            ? "the list of processes shows arguments, so a secret must come "
              "from an environment variable: name it in password_env"
            : KafkaSink::Objection(name, value);
    if (!objection.empty()) settings.Refuse("kafka." + name, objection);
    options.properties.emplace_back(std::move(name), std::move(value));
  }
}

void SetTls(const TlsOptions& tls, Settings& settings,
            KafkaSink::Options& options) {
  const auto set = [&](const char* name, const std::string& value) {
    if (!value.empty()) options.properties.emplace_back(name, value);
  };
  set("ssl.ca.location", tls.ca);
  set("ssl.certificate.location", tls.cert);
  set("ssl.key.location", tls.key);
  set("ssl.key.password", tls.key_password);
  options.secrets.Add(tls.key_password);
  // librdkafka has no such settings.
  if (settings.Has("server_name")) {
    settings.Refuse("server_name",
                    "is not for kafka://, where each broker is verified by the "
                    "name that the cluster gives for it");
  }
  if (tls.least == TlsOptions::Least::kTls13) {
    settings.Refuse("tls_min",
                    "is 1.2 for kafka://, whose client library has no setting "
                    "for it");
  }
}

}  // namespace

std::unique_ptr<BatchSink> MakeKafka(Settings& settings, Target& target) {
  constexpr std::array<std::string_view, 3> kAcks = {"all", "1", "0"};
  constexpr std::array<std::string_view, 5> kCodecs = {"none", "gzip", "snappy",
                                                       "lz4", "zstd"};
  const bool has_host = HasHostAndPort(settings, target);
  KafkaSink::Options options;
  const bool is_v6 = target.uri.host.find(':') != std::string::npos;
  options.brokers = (is_v6 ? '[' + target.uri.host + ']' : target.uri.host) +
                    ':' + std::to_string(target.uri.port);
  const std::string more = settings.Text("brokers", "");
  if (!more.empty()) options.brokers += ',' + more;
  options.topic =
      target.uri.path.empty() ? std::string() : target.uri.path.substr(1);
  if (has_host && options.topic.empty()) {
    settings.RefuseTarget("\"" + target.uri.text + "\" names no topic: " +
                          std::string(InfoOf(target).form));
  } else if (has_host) {
    CheckTopic(options.topic, target, settings);
  }
  const auto set = [&](const char* name, std::string value) {
    options.properties.emplace_back(name, std::move(value));
  };
  const std::size_t acks = settings.Word("acks", kAcks, 0);
  set("acks", std::string(kAcks[acks]));
  if (kAcks[acks] == "0") options.certainty = Certainty::kHandedOver;
  const bool idempotent =
      settings.Word("idempotent", kNoYes, acks == 0 ? 1 : 0) == 1;
  if (idempotent && acks != 0) {
    settings.Refuse("idempotent", "yes requires acks=all");
  }
  options.is_idempotent = idempotent;
  set("enable.idempotence", idempotent ? "true" : "false");
  set("compression.codec",
      std::string(kCodecs[settings.Word("compress", kCodecs, 0)]));
  set("message.timeout.ms", std::to_string(settings.DurationMs(
                                "timeout", 60'000, 100, kMostTimeoutMs)));
  options.open_timeout_ms = static_cast<int>(
      settings.DurationMs("connect_timeout", 10'000, 1, kMostTimeoutMs));
  const bool tls = settings.Word("tls", kNoYes, 0) == 1;
  const bool sasl = settings.Has("password_env");
  set("security.protocol", sasl ? (tls ? "sasl_ssl" : "sasl_plaintext")
                                : (tls ? "ssl" : "plaintext"));
  SetTls(ReadTls(settings, tls, "tls=yes"), settings, options);
  if (settings.Has("user") && !sasl) {
    settings.Refuse("user", "requires password_env");
  }
  const std::string user = settings.Text("user", "$ConnectionString");
  const std::string password = settings.Secret("password_env");
  options.secrets.Add(password);
  if (sasl) {
    set("sasl.mechanism", "PLAIN");
    set("sasl.username", user);
    set("sasl.password", password);
  }
  // The sender limits the window and the queue, so librdkafka's limits must not
  // apply.
  set("queue.buffering.max.messages", "2000000");
  set("queue.buffering.max.kbytes", "2000000");
  ReadProperties(settings, options);
  target.more_in_flight = kMoreBatches;
  target.rules.each_record = target.frame == Frame::kRecord;
  target.rules.keys = target.rules.each_record;
  target.rules.may_split = !target.rules.each_record;
  target.rules.one_log = WithCategory(options.topic, "") != options.topic;
  return std::make_unique<KafkaSink>(std::move(options));
}

}  // namespace busyhour::internal
