#include "deliver/curl.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <new>
#include <stdexcept>

#include "base/ascii.h"
#include "busyhour/error.h"
#include "busyhour/version.h"
#include "deliver/wait.h"

namespace busyhour::internal {
namespace {

// How long to wait for a refusal after the handshake: this number of round
// trips, within these limits.
constexpr int kRoundTrips = 4;
constexpr std::chrono::milliseconds kLeastRefusalWait{250};
constexpr std::chrono::milliseconds kMostRefusalWait{2000};

// Receives the name of an alert that OpenSSL reads in this thread; may be null.
thread_local std::string* g_alert = nullptr;

void TakeAlert(const SSL*, int where, int alert) {
  if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT || g_alert == nullptr) {
    return;
  }
  // In lower case, like OpenSSL's error names.
  *g_alert = InLowerCase((alert & 0xff) == SSL_AD_CERTIFICATE_REQUIRED
                             ? "certificate required"
                             : SSL_alert_desc_string_long(alert));
}

CURLcode HearAlerts(CURL*, void* context, void*) {
  SSL_CTX_set_info_callback(static_cast<SSL_CTX*>(context), TakeAlert);
  return CURLE_OK;
}

// How long it took to connect, once the address was known.
std::chrono::microseconds RoundTripOf(CURL* easy) {
  curl_off_t found = 0;
  curl_off_t connected = 0;
  curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &found);
  curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
  return std::chrono::microseconds(connected - found);
}

}  // namespace

void CheckOption(CURLoption option, CURLcode code) {
  if (code == CURLE_OK) return;
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  const curl_easyoption* const known = curl_easy_option_by_id(option);
  throw InputError(
      "libcurl", "does not take the option " +
                     (known == nullptr ? std::to_string(option) : known->name) +
                     ": " + curl_easy_strerror(code));
}

EasyHandle NewEasyHandle(const TlsOptions& tls,
                         std::chrono::milliseconds connect_timeout) {
  // Once per process, at the first call.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_ALL);
  if (ready != CURLE_OK) {
    throw InputError("libcurl", std::string("cannot be set up: ") +
                                    curl_easy_strerror(ready));
  }
  EasyHandle handle(curl_easy_init());
  CURL* const easy = handle.get();
  if (easy == nullptr) throw std::bad_alloc();
  SetOption(easy, CURLOPT_NOSIGNAL, 1L);
  SetOption(easy, CURLOPT_PROXY, "");
  SetOption(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  SetOption(easy, CURLOPT_PATH_AS_IS, 1L);
  SetOption(easy, CURLOPT_USERAGENT,
            ("busyhour/" + std::string(kVersion)).c_str());
  SetOption(easy, CURLOPT_CONNECTTIMEOUT_MS,
            static_cast<long>(connect_timeout.count()));
  if (curl_version_info(CURLVERSION_NOW)->ssl_version != nullptr &&
      std::string_view(curl_version_info(CURLVERSION_NOW)->ssl_version)
          .starts_with("OpenSSL")) {
    SetOption(easy, CURLOPT_SSL_CTX_FUNCTION, &HearAlerts);
  }
  SetOption(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  SetOption(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  SetOption(easy, CURLOPT_SSLVERSION,
            static_cast<long>(tls.least == TlsOptions::Least::kTls13
                                  ? CURL_SSLVERSION_TLSv1_3
                                  : CURL_SSLVERSION_TLSv1_2));
  if (!tls.ca.empty()) {
    SetOption(easy, CURLOPT_CAINFO, tls.ca.c_str());
    SetOption(easy, CURLOPT_CAPATH, nullptr);
  }
  if (!tls.cert.empty()) {
    SetOption(easy, CURLOPT_SSLCERT, tls.cert.c_str());
    SetOption(easy, CURLOPT_SSLKEY, tls.key.c_str());
    if (!tls.key_password.empty()) {
      SetOption(easy, CURLOPT_KEYPASSWD, tls.key_password.c_str());
    }
  }
  return handle;
}

MultiHandle NewMultiHandle() {
  MultiHandle handle(curl_multi_init());
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

void AddTransfer(CURLM* multi, CURL* easy) {
  const CURLMcode code = curl_multi_add_handle(multi, easy);
  if (code == CURLM_OK) return;
  if (code == CURLM_OUT_OF_MEMORY) throw std::bad_alloc();
  throw std::runtime_error(std::string("libcurl does not start a transfer: ") +
                           curl_multi_strerror(code));
}

NamedAddress::NamedAddress(const std::string& url,
                           const std::string& server_name)
    : url_(url), connect_to_(nullptr, curl_slist_free_all) {
  if (server_name.empty()) return;
  // https://HOST:PORT/...; an IPv6 address is in brackets.
  const std::size_t begin = url.find("//") + 2;
  const std::size_t end = url.find_first_of(
      ":/?", url[begin] == '[' ? url.find(']', begin) : begin);
  const std::string host = url.substr(begin, end - begin);
  url_ = url.substr(0, begin) + server_name +
         (end == std::string::npos ? "" : url.substr(end));
  // Without port numbers, the entry applies to every port and keeps it.
  connect_to_.reset(
      curl_slist_append(nullptr, (server_name + "::" + host + ":").c_str()));
  if (connect_to_ == nullptr) throw std::bad_alloc();
}

void NamedAddress::SetFor(CURL* easy) const {
  SetOption(easy, CURLOPT_URL, url_.c_str());
  SetOption(easy, CURLOPT_CONNECT_TO, connect_to_.get());
}

Refusal RefusalIn(std::string_view details) {
  const auto says = [details](std::string_view words) {
    return details.find(words) != details.npos;
  };
  if (!says("alert")) return {};
  // These are OpenSSL's alert names.
  if (says("certificate required")) {
    return {
        "the receiver demands a client certificate: give --with cert=FILE and "
        "--with key=FILE",
        true};
  }
  constexpr std::array<std::string_view, 6> kOfCertificates = {
      "unknown ca",          "bad certificate",     "certificate expired",
      "certificate revoked", "certificate unknown", "unsupported certificate"};
  for (const std::string_view alert : kOfCertificates) {
    if (says(alert)) {
      return {"the receiver does not accept the client certificate: " +
                  std::string(alert),
              true};
    }
  }
  if (says("handshake failure")) {
    return {
        "the receiver refused the handshake: it demands a client certificate "
        "(--with cert=FILE and --with key=FILE), or supports none of this "
        "machine's ciphers",
        true};
  }
  if (says("protocol version")) {
    return {"the receiver supports none of our TLS versions (--with tls_min)",
            false};
  }
  const std::size_t begin = details.find("alert");
  return {
      "the receiver ended TLS: " +
          std::string(details.substr(begin, details.find(',', begin) - begin)),
      false};
}

std::string WaitForRefusal(CURL* easy, const char* details) {
  curl_socket_t fd = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
  if (fd == CURL_SOCKET_BAD) return "connection lost";
  pollfd one{fd, POLLIN, 0};
  if (!WaitFor(one, std::clamp<std::chrono::nanoseconds>(
                        kRoundTrips * RoundTripOf(easy), kLeastRefusalWait,
                        kMostRefusalWait))) {
    return "";
  }
  char byte = 0;
  std::size_t got = 0;
  // libcurl keeps only the first error of a connection, which may have
  // another cause: after a reset right behind the alert, the peer's address is
  // unknown.
  std::string alert;
  g_alert = &alert;
  const CURLcode code = curl_easy_recv(easy, &byte, 1, &got);
  g_alert = nullptr;
  // The receiver has sent something else, so it has finished the handshake,
  // too.
  if (code == CURLE_OK || code == CURLE_AGAIN) return "";
  const std::string refusal =
      RefusalIn(alert.empty() ? details : "alert " + alert).words;
  return refusal.empty()
             ? "the receiver closed the connection after the TLS handshake; it "
               "may not accept the client certificate (--with cert=FILE and "
               "--with key=FILE), or may demand one"
             : refusal;
}

bool IsCertificateError(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION ||
         code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM ||
         code == CURLE_SSL_ISSUER_ERROR;
}

void EndWriting(CURL* easy) {
  curl_tlssessioninfo* session = nullptr;
  curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session);
  if (session != nullptr && session->backend == CURLSSLBACKEND_OPENSSL &&
      session->internals != nullptr) {
    SSL_shutdown(static_cast<SSL*>(session->internals));
  }
  curl_socket_t fd = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
  if (fd != CURL_SOCKET_BAD) ::shutdown(fd, SHUT_WR);
}

std::string CurlWords(CURLcode code, long system_error, bool was_connected) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "host not found";
    case CURLE_COULDNT_CONNECT:
      if (system_error == ECONNREFUSED) return "connection refused";
      return system_error == 0 ? "cannot connect"
                               : std::strerror(static_cast<int>(system_error));
    case CURLE_OPERATION_TIMEDOUT:
      return was_connected ? "no answer in time" : "connection timed out";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "certificate not accepted";
    case CURLE_SSL_CACERT_BADFILE:
      return "setting ca does not name a file of certificates";
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS handshake failed";
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_ABORTED_BY_CALLBACK:
      return "connection lost";
    case CURLE_OUT_OF_MEMORY:
      // libcurl also reports a header line beyond its size limit with this
      // code.
      return was_connected ? "the answer's header is too long"
                           : curl_easy_strerror(code);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return "the answer is not HTTP";
    default:
      return curl_easy_strerror(code);
  }
}

std::string ConnectError(CURL* easy, CURLcode code, const char* details) {
  long system_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
  std::string words = CurlWords(code, system_error, false);
  const bool is_tls =
      IsCertificateError(code) || code == CURLE_SSL_CONNECT_ERROR;
  if (is_tls) {
    if (Refusal refusal = RefusalIn(details); !refusal.words.empty()) {
      return refusal.words;
    }
  }
  if (is_tls && *details != '\0') words += std::string(": ") + details;
  return words;
}

}  // namespace busyhour::internal
