// The settings of the sinks that use libcurl.

#include "load/http_targets.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "deliver/blob_sink.h"
#include "deliver/http_sink.h"
#include "deliver/tls_sink.h"
#include "load/tls_settings.h"
#include "text/base64.h"

namespace busyhour::internal {
namespace {

// Whether the text is valid as a header's value: no control characters.
bool IsOneLine(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

bool IsHeaderName(std::string_view name) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return IsLetterOrDigit(c) || kOthers.find(c) != kOthers.npos;
  });
}

bool SameName(std::string_view a, std::string_view b) {
  return InLowerCase(a) == InLowerCase(b);
}

std::string ReadSecret(Settings& settings, const std::string& name) {
  std::string secret = settings.Secret(name);
  if (IsOneLine(secret)) return secret;
  settings.Refuse(name,
                  "the variable's value has a line end or another "
                  "control character");
  return "";
}

HttpClient::Options ReadClient(Settings& settings, bool is_tls) {
  HttpClient::Options options;
  options.connections = static_cast<std::size_t>(
      settings.Count("connections", 4, 1, kMostConnections));
  options.connect_timeout = std::chrono::milliseconds(
      settings.DurationMs("connect_timeout", 5000, 1, kMostTimeoutMs));
  options.timeout = std::chrono::milliseconds(
      settings.DurationMs("timeout", 30'000, 1, kMostTimeoutMs));
  options.tls = ReadTls(settings, is_tls, "https://");
  return options;
}

// Reads the credentials that are sent with each request.
void ReadAuthorization(Settings& settings, Frame frame,
                       HttpSink::Options& options) {
  const bool has_user =
      settings.Has("user_env") || settings.Has("password_env");
  const std::string token = ReadSecret(settings, "token_env");
  const std::string scheme = settings.Text(
      "token_scheme", frame == Frame::kSplunk ? "Splunk" : "Bearer");
  const std::string user = ReadSecret(settings, "user_env");
  const std::string password = ReadSecret(settings, "password_env");
  if (!IsHeaderName(scheme)) {
    settings.Refuse("token_scheme",
                    "\"" + scheme + "\" is not one word, such as Bearer");
  }
  if (settings.Has("token_scheme") && !settings.Has("token_env")) {
    settings.Refuse("token_scheme", "requires token_env");
  }
  if (has_user && settings.Has("token_env")) {
    settings.Refuse("token_env",
                    "cannot be combined with user_env and password_env");
  }
  if (settings.Has("user_env") != settings.Has("password_env")) {
    settings.Refuse(settings.Has("user_env") ? "user_env" : "password_env",
                    "user_env and password_env must be given together");
  }
  if (user.find(':') != std::string::npos) {
    settings.Refuse("user_env", "a user name must not contain a colon");
  }
  options.secrets.Add(token);
  options.secrets.Add(password);
  if (!token.empty()) {
    // A shared access signature is copied with its scheme.
    options.headers.push_back(
        "Authorization: " +
        (token.starts_with(scheme + ' ') ? token : scheme + ' ' + token));
  }
  if (!user.empty()) {
    const std::string basic = Base64(user + ':' + password);
    options.secrets.Add(basic);
    options.headers.push_back("Authorization: Basic " + basic);
  }
}

// The reason why a header of this name is not allowed; empty if it is.
std::string HeaderObjection(const std::string& name) {
  // Name of a header, and the source of its value.
  constexpr std::array<std::array<std::string_view, 2>, 6> kOurs = {{
      {"Authorization", "it is set by token_env or user_env"},
      {"Content-Encoding", "it is set by compress"},
      {"Content-Length", "it is derived from the body"},
      {"Transfer-Encoding", "it is derived from the body"},
      {"Connection", "it is derived from the protocol"},
      {"Host", "it is derived from the address"},
  }};
  for (const auto& ours : kOurs) {
    if (SameName(name, ours[0])) return std::string(ours[1]);
  }
  return IsHeaderName(name) ? "" : "\"" + name + "\" is not a header name";
}

void ReadHeaders(Settings& settings, Frame frame, HttpSink::Options& options) {
  bool has_type = false;
  for (const auto& [name, value] : settings.WithPrefix("header.")) {
    const std::string setting = "header." + name;
    const std::string objection = HeaderObjection(name);
    if (!objection.empty()) settings.Refuse(setting, objection);
    if (value.empty() || !IsOneLine(value)) {
      settings.Refuse(setting, "a header value must be one line and not empty");
    }
    has_type = has_type || SameName(name, "Content-Type");
    options.headers.push_back(name + ": " + value);
  }
  for (const auto& [name, variable] : settings.WithPrefix("header_env.")) {
    const std::string setting = "header_env." + name;
    const std::string objection = HeaderObjection(name);
    if (!objection.empty()) settings.Refuse(setting, objection);
    if (settings.Has("header." + name)) {
      settings.Refuse(setting, "cannot be combined with header." + name);
    }
    const std::string secret = ReadSecret(settings, setting);
    options.secrets.Add(secret);
    options.headers.push_back(name + ": " + secret);
  }
  if (!has_type) {
    options.headers.push_back("Content-Type: " +
                              std::string(Info(frame).content_type));
  }
}

HttpDialect DialectOf(Frame frame) {
  switch (frame) {
    case Frame::kElastic:
      return HttpDialect::kElastic;
    case Frame::kSplunk:
      return HttpDialect::kSplunk;
    case Frame::kLoki:
      return HttpDialect::kLoki;
    case Frame::kOtlp:
      return HttpDialect::kOtlp;
    default:
      return HttpDialect::kStatus;
  }
}

// Whether the address separates logs by containing `{category}`.
bool ReadCategory(Settings& settings, Target& target) {
  const std::string rest = WithCategory(target.uri.text, "");
  const std::size_t brace = rest.find_first_of("{}");
  if (brace != std::string::npos) {
    settings.RefuseTarget("\"" + target.uri.text +
                          "\" has a brace that is not part of {category}");
  }
  if (WithCategory(target.uri.host, "") != target.uri.host) {
    settings.RefuseTarget("{category} is only allowed after the host");
  }
  return rest != target.uri.text;
}

// The compression of request bodies.
Compression ReadCompression(Settings& settings) {
  constexpr std::array kKinds = {Compression::kNone, Compression::kGzip,
                                 Compression::kZstd};
  std::array<std::string_view, kKinds.size()> names;
  std::transform(kKinds.begin(), kKinds.end(), names.begin(),
                 [](Compression kind) { return Info(kind).name; });
  return kKinds[settings.Word("compress", names, 0)];
}

}  // namespace

std::unique_ptr<BatchSink> MakeHttp(Settings& settings, Target& target) {
  constexpr std::array<std::string_view, 2> kMethods = {"post", "put"};
  const Frame frame = target.frame;
  HttpSink::Options options;
  HttpClient::Options client =
      ReadClient(settings, target.uri.scheme == "https");
  options.connections = client.connections;
  options.dialect = DialectOf(frame);
  options.method = settings.Word("method", kMethods, 0) == 0 ? "POST" : "PUT";
  const Compression compression = ReadCompression(settings);
  target.rules.compression = compression;
  if (compression != Compression::kNone) {
    options.headers.push_back("Content-Encoding: " +
                              std::string(Info(compression).name));
  }
  ReadAuthorization(settings, frame, options);
  ReadHeaders(settings, frame, options);
  if (target.uri.host.empty()) {
    settings.RefuseTarget("\"" + target.uri.text + "\" names no host: " +
                          std::string(InfoOf(target).form));
    return nullptr;
  }
  target.rules.may_split = true;
  target.rules.one_log = ReadCategory(settings, target);
  options.url = target.uri.text;
  target.max_in_flight = options.connections;
  target.more_in_flight = kMoreConnections;
  return std::make_unique<HttpSink>(std::move(options),
                                    NewHttpClient(std::move(client)));
}

std::unique_ptr<BatchSink> MakeTls(Settings& settings, Target& target) {
  TlsSink::Options options;
  options.connections =
      static_cast<int>(settings.Count("connections", 1, 1, kMostConnections));
  options.connect_timeout = std::chrono::milliseconds(
      settings.DurationMs("connect_timeout", 5000, 1, kMostTimeoutMs));
  options.tls = ReadTls(settings, true, "tls://");
  if (target.uri.host.empty() || target.uri.port == 0) {
    settings.RefuseTarget(
        "\"" + target.uri.text +
        "\" names no host and port: " + std::string(InfoOf(target).form));
    return nullptr;
  }
  return std::make_unique<TlsSink>(target.uri, std::move(options));
}

std::unique_ptr<BatchSink> MakeBlobs(Settings& settings, Target& target) {
  const std::string& account = target.uri.host;
  BlobSink::Options options;
  options.endpoint = settings.Text(
      "endpoint", "https://" + account + ".blob.core.windows.net");
  HttpClient::Options client =
      ReadClient(settings, !options.endpoint.starts_with("http://"));
  client.kept_headers = BlobSink::KeptHeaders();
  options.connections = client.connections;
  if (!target.uri.path.empty()) options.container = target.uri.path.substr(1);
  if (options.container.ends_with('/')) options.container.pop_back();
  const auto is_small = [](char c) { return IsLower(c) || IsDigit(c); };
  if (account.size() < 3 || account.size() > 24 ||
      !std::all_of(account.begin(), account.end(), is_small) ||
      target.uri.port != 0) {
    settings.RefuseTarget("\"" + target.uri.text +
                          "\" does not begin with an account name of 3 to 24 "
                          "lower-case letters and digits: " +
                          std::string(InfoOf(target).form) +
                          "; for another host, use the setting endpoint=URL");
  }
  const std::string& container = options.container;
  if (!container.empty() &&
      (container.size() < 3 || container.size() > 63 ||
       !std::all_of(container.begin(), container.end(),
                    [&](char c) { return is_small(c) || c == '-'; }) ||
       container.starts_with('-') || container.ends_with('-') ||
       container.find("--") != std::string::npos)) {
    settings.RefuseTarget("\"" + container +
                          "\" is not a container name: 3 to 63 lower-case "
                          "letters, digits and single hyphens between them");
  }
  if (options.endpoint.ends_with('/')) options.endpoint.pop_back();
  const auto endpoint = ParseUri(options.endpoint);
  if (!endpoint || endpoint->host.empty() || !endpoint->query.empty() ||
      (endpoint->scheme != "https" && endpoint->scheme != "http")) {
    settings.Refuse(
        "endpoint",
        "\"" + HideInAddress(options.endpoint) +
            "\" is not an http or https address without user name and query; "
            "for secrets, name environment variables in settings (--with)");
  }
  const std::string key = ReadSecret(settings, "key_env");
  options.sas = ReadSecret(settings, "sas_env");
  if (options.sas.starts_with('?')) options.sas.erase(0, 1);
  if (settings.Has("key_env") == settings.Has("sas_env")) {
    settings.Refuse("key_env",
                    "key_env or sas_env must name the variable that contains "
                    "the account's key or a shared access signature");
  }
  if (!options.sas.empty() &&
      (options.sas.find("sig=") == std::string::npos ||
       options.sas.find_first_of(" #") != std::string::npos)) {
    settings.Refuse("sas_env",
                    "the variable's value is not a shared access signature, "
                    "such as sv=...&sig=...");
  }
  options.secrets.Add(key);
  options.secrets.Add(options.sas);
  if (!key.empty()) {
    auto bytes = BytesOfPaddedBase64(key);
    if (!bytes) {
      settings.Refuse("key_env", "the variable's value is not Base64");
    } else {
      options.key.emplace(account, std::move(*bytes));
    }
  }
  if (target.rules.limits.max_bytes > BlobSink::kMostBlockBytes) {
    settings.Refuse("batch_bytes", "a block has at most 4 MiB");
  }
  target.rules.may_split = true;
  target.rules.one_log = true;
  target.rules.one_hour = true;
  target.max_in_flight = options.connections * 4;
  return std::make_unique<BlobSink>(std::move(options),
                                    NewHttpClient(std::move(client)));
}

}  // namespace busyhour::internal
