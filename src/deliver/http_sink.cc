#include "deliver/http_sink.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "deliver/uri.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostAnswer = 64 * 1024;
// Answer bytes allowed for each record of a bulk request.
constexpr std::size_t kAnswerBytesARecord = 2048;
constexpr std::size_t kMostBulkAnswer = 32 * 1024 * 1024;

}  // namespace

HttpSink::HttpSink(Options options, std::unique_ptr<HttpClient> client)
    : options_(std::move(options)),
      slots_(options_.connections),
      client_(std::move(client)) {
  for (std::size_t i = 0; i < slots_.size(); ++i) idle_.push_back(i);
}

Status HttpSink::Open() {
  return client_->TryConnecting(WithCategory(options_.url, ""), options_.url);
}

void HttpSink::Send(Batch& batch) {
  const std::size_t number = idle_.back();
  idle_.pop_back();
  slots_[number] = &batch;
  HttpRequest request;
  request.method = options_.method;
  request.url = WithCategory(options_.url, batch.category);
  request.headers = options_.headers;
  request.most_answer = kMostAnswer;
  if (options_.dialect == HttpDialect::kElastic) {
    request.most_answer = std::min(
        kMostBulkAnswer, kMostAnswer + static_cast<std::size_t>(batch.records) *
                                           kAnswerBytesARecord);
  }
  request.body = batch.bytes;
  client_->Start(std::move(request), number);
}

void HttpSink::Poll(std::chrono::nanoseconds wait,
                    std::vector<Receipt>& receipts) {
  replies_.clear();
  client_->Poll(wait, replies_);
  for (const HttpClient::Reply& reply : replies_) {
    Receipt receipt;
    receipt.batch = slots_[reply.tag];
    ReadReply(options_.dialect, reply, options_.secrets, receipt);
    receipts.push_back(std::move(receipt));
    idle_.push_back(static_cast<std::size_t>(reply.tag));
  }
}

}  // namespace busyhour::internal
