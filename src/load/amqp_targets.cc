// The settings of the sink that uses Qpid Proton.

#include "load/amqp_targets.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "deliver/amqp_sink.h"
#include "deliver/sas_token.h"
#include "load/tls_settings.h"

namespace busyhour::internal {
namespace {

constexpr int kAmqpPort = 5672;
constexpr int kAmqpsPort = 5671;
constexpr std::int64_t kMostLifetimeMs = std::int64_t{24} * 3600 * 1000;
constexpr std::uint64_t kMostPartition = 100'000;
// A link has a limited name and address; this is our assumption.
constexpr std::size_t kMostAddress = 1024;

/// The parts of a connection string of Azure that concern access.
struct ConnectionString {
  std::string key_name;
  std::string key;
  std::string token;  ///< a shared access signature instead of a key
  std::string hub;    ///< EntityPath; empty if it has none
};

// `Endpoint=sb://...;SharedAccessKeyName=...;SharedAccessKey=...`; nothing if
// the text is not of this form.
std::optional<ConnectionString> ReadConnectionString(std::string_view text) {
  ConnectionString parts;
  bool has_endpoint = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == part.npos) return std::nullopt;
    const std::string name = InLowerCase(std::string(part.substr(0, equals)));
    const std::string value(part.substr(equals + 1));
    if (name == "endpoint") has_endpoint = true;
    if (name == "sharedaccesskeyname") parts.key_name = value;
    if (name == "sharedaccesskey") parts.key = value;
    if (name == "sharedaccesssignature") parts.token = value;
    if (name == "entitypath") parts.hub = value;
  }
  const bool has_key = !parts.key_name.empty() && !parts.key.empty();
  if (!has_endpoint || has_key == !parts.token.empty()) return std::nullopt;
  return parts;
}

bool IsToken(std::string_view text) {
  return text.starts_with("SharedAccessSignature ") &&
         text.find("sig=") != text.npos;
}

// Reads the rights to send by a shared access policy: a connection string, a
// key or a token.
std::optional<AmqpCbs::Options> ReadSas(Settings& settings,
                                        const std::string& hub,
                                        Secrets& secrets) {
  AmqpCbs::Options cbs;
  const std::string text = settings.Secret("connection_env");
  const std::string key_name = settings.Text("key_name", "");
  const std::string key = settings.Secret("key_env");
  const std::string sas = settings.Secret("sas_env");
  const std::int64_t lifetime =
      settings.DurationMs("sas_lifetime", 3'600'000, 1000, kMostLifetimeMs);
  cbs.lifetime = std::chrono::milliseconds(lifetime);
  for (const std::string& secret : {text, key, sas}) secrets.Add(secret);
  if (settings.Has("key_name") != settings.Has("key_env")) {
    settings.Refuse(settings.Has("key_env") ? "key_env" : "key_name",
                    "key_name and key_env must be given together");
  }
  if (!key.empty()) cbs.key = SasKey{key_name, key};
  cbs.token = sas;
  if (!text.empty()) {
    const auto parts = ReadConnectionString(text);
    if (!parts) {
      settings.Refuse(
          "connection_env",
          "the variable's value is not a connection string: "
          "Endpoint=sb://HOST/;SharedAccessKeyName=NAME;SharedAccessKey=KEY");
    } else if (!parts->hub.empty() && parts->hub != hub) {
      settings.Refuse("connection_env",
                      "the connection string is for the hub \"" + parts->hub +
                          "\" (EntityPath), and --to names \"" + hub + '"');
    } else if (parts->token.empty()) {
      cbs.key = SasKey{parts->key_name, parts->key};
      secrets.Add(parts->key);
    } else {
      cbs.token = parts->token;
      secrets.Add(parts->token);
    }
  }
  if (!cbs.token.empty() && !IsToken(cbs.token)) {
    settings.Refuse(settings.Has("sas_env") ? "sas_env" : "connection_env",
                    "the variable's value is not a token, such as "
                    "SharedAccessSignature sr=...&sig=...&se=...&skn=...");
  }
  if (settings.Has("sas_lifetime") && !cbs.key) {
    settings.Refuse("sas_lifetime",
                    "requires a key: connection_env, or key_name and key_env");
  }
  const bool is_given = settings.Has("connection_env") ||
                        settings.Has("key_env") || settings.Has("sas_env");
  return is_given ? std::optional(std::move(cbs)) : std::nullopt;
}

// Refuses more than one kind of access rights.
void CheckRights(Settings& settings) {
  const char* first = nullptr;
  for (const char* const name :
       {"connection_env", "key_env", "sas_env", "password_env"}) {
    if (!settings.Has(name)) continue;
    if (first != nullptr) {
      settings.Refuse(name, std::string("cannot be combined with ") + first);
    }
    first = name;
  }
}

void ReadPassword(Settings& settings, AmqpLink::Options& link) {
  link.user = settings.Secret("user_env");
  link.password = settings.Secret("password_env");
  if (settings.Has("user_env") != settings.Has("password_env")) {
    settings.Refuse(settings.Has("user_env") ? "user_env" : "password_env",
                    "user_env and password_env must be given together");
  }
  link.secrets.Add(link.password);
}

// Reads how messages find their partition.
void ReadPartition(Settings& settings, Target& target, std::string& address) {
  constexpr std::array<std::string_view, 2> kKeys = {"call", "none"};
  const bool has_partition = settings.Has("partition");
  const std::uint64_t partition =
      settings.Count("partition", 0, 0, kMostPartition);
  const bool is_each = target.frame == Frame::kRecord;
  const bool has_key = settings.Word("partition_key", kKeys,
                                     is_each && !has_partition ? 0 : 1) == 0;
  if (has_key && !is_each) {
    settings.Refuse("partition_key",
                    "call requires frame=record: a message of several records "
                    "has those of several calls");
  }
  if (has_key && has_partition) {
    settings.Refuse("partition_key",
                    "cannot be combined with partition: a hub takes one of "
                    "the two");
  }
  if (has_partition) address += "/Partitions/" + std::to_string(partition);
  target.rules.keys = has_key && is_each;
}

}  // namespace

std::unique_ptr<BatchSink> MakeAmqp(Settings& settings, Target& target) {
  const bool is_tls = target.uri.scheme == "amqps";
  AmqpSink::Options options;
  AmqpLink::Options& link = options.link;
  options.uri = target.uri.text;
  link.stream.host = target.uri.host;
  link.stream.port = target.uri.port != 0 ? target.uri.port
                     : is_tls             ? kAmqpsPort
                                          : kAmqpPort;
  link.stream.is_tls = is_tls;
  link.stream.connect_timeout = std::chrono::milliseconds(
      settings.DurationMs("connect_timeout", 10'000, 1, kMostTimeoutMs));
  link.open_timeout = link.stream.connect_timeout;
  options.timeout = std::chrono::milliseconds(
      settings.DurationMs("timeout", 60'000, 1, kMostTimeoutMs));
  link.idle_timeout = std::chrono::milliseconds(
      settings.DurationMs("idle_timeout", 60'000, 1000, kMostTimeoutMs));
  link.stream.tls = ReadTls(settings, is_tls, "amqps://");
  link.secrets.Add(link.stream.tls.key_password);
  const std::string hub =
      target.uri.path.empty() ? std::string() : target.uri.path.substr(1);
  link.address = hub;
  ReadPassword(settings, link);
  link.cbs = ReadSas(settings, hub, link.secrets);
  CheckRights(settings);
  ReadPartition(settings, target, link.address);
  if (target.uri.host.empty() || hub.empty()) {
    settings.RefuseTarget(
        "\"" + target.uri.text +
        "\" names no host and address: " + std::string(InfoOf(target).form));
    return nullptr;
  }
  if (hub.size() > kMostAddress || hub.find_first_of("{}") != hub.npos) {
    settings.RefuseTarget(
        "\"" + target.uri.text +
        "\" does not end with an address of at most 1024 characters without "
        "braces; for a hub of each log, run load once for each (--logs)");
  }
  if (link.cbs) {
    link.cbs->resource =
        "sb://" +
        (link.stream.tls.server_name.empty() ? link.stream.host
                                             : link.stream.tls.server_name) +
        '/' + link.address;
  }
  target.more_in_flight = kMoreBatches;
  target.rules.each_record = target.frame == Frame::kRecord;
  target.rules.may_split = !target.rules.each_record;
  return std::make_unique<AmqpSink>(std::move(options));
}

}  // namespace busyhour::internal
