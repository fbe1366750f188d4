#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/http_client.h"
#include "deliver/secrets.h"

namespace busyhour::internal {

/// Sends each batch to an HTTP receiver as one request. `ReadReply` interprets
/// the replies.
class HttpSink : public BatchSink {
 public:
  struct Options {
    /// `{category}` is replaced by Azure's category of the batch's log.
    std::string url;
    std::string_view method = "POST";
    /// `Name: value` each, for all requests.
    std::vector<std::string> headers;
    HttpDialect dialect = HttpDialect::kStatus;
    Secrets secrets;
    /// Maximum number of requests in flight.
    std::size_t connections = 4;
  };

  /// `client` must have room for `Options::connections` requests.
  HttpSink(Options options, std::unique_ptr<HttpClient> client);

  Status Open() override;
  bool HasRoom() const noexcept override { return !idle_.empty(); }
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;

 private:
  const Options options_;
  std::vector<Batch*> slots_;      // in flight, by the tag of their requests
  std::vector<std::size_t> idle_;  // slots without a batch
  std::vector<HttpClient::Reply> replies_;
  // Declared last: it is destroyed before the data that its requests use.
  const std::unique_ptr<HttpClient> client_;
};

}  // namespace busyhour::internal
