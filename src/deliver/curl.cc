#include "deliver/curl.h"

#include <cerrno>
#include <cstring>
#include <new>

#include "busyhour/version.h"

namespace busyhour {

CURL* NewEasyHandle(const std::string& ca,
                    std::chrono::milliseconds connect_timeout) {
  // Once a process, whoever comes first.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_ALL);
  CURL* const easy = ready == CURLE_OK ? curl_easy_init() : nullptr;
  if (easy == nullptr) throw std::bad_alloc();
  SetOption(easy, CURLOPT_NOSIGNAL, 1L);
  SetOption(easy, CURLOPT_PROXY, "");
  SetOption(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  SetOption(easy, CURLOPT_PATH_AS_IS, 1L);
  SetOption(easy, CURLOPT_USERAGENT,
            ("busyhour/" + std::string(kVersion)).c_str());
  SetOption(easy, CURLOPT_CONNECTTIMEOUT_MS,
            static_cast<long>(connect_timeout.count()));
  SetOption(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  SetOption(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!ca.empty()) {
    SetOption(easy, CURLOPT_CAINFO, ca.c_str());
    SetOption(easy, CURLOPT_CAPATH, nullptr);
  }
  return easy;
}

bool IsCertificateError(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION ||
         code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM ||
         code == CURLE_SSL_ISSUER_ERROR;
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
      return "setting ca names no file of certificates";
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS handshake failed";
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_ABORTED_BY_CALLBACK:
      return "connection lost";
    case CURLE_OUT_OF_MEMORY:
      // What it says of a header's line that is longer than it takes.
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
  if (is_tls && *details != '\0') words += std::string(": ") + details;
  return words;
}

}  // namespace busyhour
