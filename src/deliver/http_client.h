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

namespace busyhour {

struct HttpRequest {
  std::string_view method = "POST";
  std::string url;
  /// `Name: value` each.
  std::vector<std::string> headers;
  /// Stays where it is until the reply.
  std::string_view body;
  /// Of the answer's body, more is not read.
  std::size_t most_answer = 64 * 1024;
};

/// Asynchronous HTTP requests by libcurl, over connections that are kept.
///
/// Each request goes out once: one whose connection breaks is answered for with
/// an error, and whoever made it decides. Certificates are verified, redirects
/// are not followed, and proxies are not used. For one thread.
class HttpClient {
 public:
  struct Options {
    /// Requests under way at most.
    std::size_t connections = 4;
    std::chrono::milliseconds connect_timeout{5000};
    /// From the request's beginning to its answer's end.
    std::chrono::milliseconds timeout{30'000};
    TlsOptions tls;
    /// Headers of an answer that are kept in `Reply::headers`.
    std::vector<std::string> kept_headers;
  };
  struct Reply : HttpReply {
    std::uint64_t tag = 0;  ///< of the request
    /// As `Options::kept_headers`; empty where the answer has none.
    std::vector<std::string> headers;
  };

  explicit HttpClient(Options options);
  ~HttpClient();

  /// Connects to where `url` points and hangs up again.
  Status TryConnecting(const std::string& url, const std::string& shown);

  std::size_t under_way() const noexcept;
  bool HasRoom() const noexcept;
  /// Begins a request; its reply will have this tag.
  void Start(HttpRequest request, std::uint64_t tag);
  /// Goes on with all of them for `wait` at most, and appends the replies that
  /// have come.
  void Poll(std::chrono::nanoseconds wait, std::vector<Reply>& replies);

 private:
  class Curl;
  std::unique_ptr<Curl> curl_;
};

}  // namespace busyhour
