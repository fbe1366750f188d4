#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "deliver/http_reply.h"
#include "deliver/tls_options.h"

namespace busyhour::internal {

struct HttpRequest {
  std::string_view method = "POST";
  std::string url;
  /// `Name: value` each.
  std::vector<std::string> headers;
  /// Must stay valid and unchanged until the reply.
  std::string_view body;
  /// Maximum number of bytes that are read of the answer's body.
  std::size_t most_answer = 64 * 1024;
};

/// Asynchronous HTTP requests over persistent connections. `NewHttpClient`
/// makes the usual client; tests make simulated ones.
///
/// Each request is sent once. If its connection breaks, its reply contains an
/// error, and the caller decides whether to send it again. Redirects are not
/// followed. Used by one thread.
class HttpClient {
 public:
  struct Options {
    /// Maximum number of requests in flight.
    std::size_t connections = 4;
    std::chrono::milliseconds connect_timeout{5000};
    /// From the start of the request to the end of its answer.
    std::chrono::milliseconds timeout{30'000};
    TlsOptions tls;
    /// Names of the answer's headers that are kept in `Reply::headers`.
    std::vector<std::string> kept_headers;
  };
  struct Reply : HttpReply {
    std::uint64_t tag = 0;  ///< of the request
    /// The values of `Options::kept_headers`, in the same order; empty for a
    /// header that the answer does not have.
    std::vector<std::string> headers;
  };

  virtual ~HttpClient() = default;

  /// Connects to the host of `url` and disconnects. `shown` is the address for
  /// messages.
  virtual Status TryConnecting(const std::string& url,
                               const std::string& shown) = 0;

  virtual bool HasRoom() const noexcept = 0;
  /// Starts a request. Its reply has this tag.
  virtual void Start(HttpRequest request, std::uint64_t tag) = 0;
  /// Continues all requests for at most `wait`, and appends the replies that
  /// have arrived. Without requests, waits.
  virtual void Poll(std::chrono::nanoseconds wait,
                    std::vector<Reply>& replies) = 0;
};

/// A client that uses libcurl. Certificates are verified, and proxies are not
/// used.
std::unique_ptr<HttpClient> NewHttpClient(HttpClient::Options options);

}  // namespace busyhour::internal
