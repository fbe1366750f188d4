#include "deliver/curl_stream.h"

#include <algorithm>
#include <utility>

namespace busyhour::internal {
namespace {

// libcurl has no event for all steps of a connection.
constexpr std::chrono::nanoseconds kStepPeriod{1'000'000};

}  // namespace

CurlStream::CurlStream(Options options)
    : options_(std::move(options)), multi_(NewMultiHandle()) {}

CurlStream::~CurlStream() { Close(); }

void CurlStream::Connect() {
  Close();
  error_.clear();
  is_error_final_ = false;
  details_[0] = '\0';
  easy_ = NewEasyHandle(options_.tls, options_.connect_timeout);
  CURL* const easy = easy_.get();
  const bool is_v6 = options_.host.find(':') != std::string::npos;
  address_.emplace((options_.is_tls ? "https://" : "http://") +
                       (is_v6 ? '[' + options_.host + ']' : options_.host) +
                       ':' + std::to_string(options_.port),
                   options_.tls.server_name);
  address_->SetFor(easy);
  SetOption(easy, CURLOPT_CONNECT_ONLY, 1L);
  SetOption(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
  SetOption(easy, CURLOPT_FRESH_CONNECT, 1L);
  SetOption(easy, CURLOPT_ERRORBUFFER, details_.data());
  AddTransfer(multi_.get(), easy);
  state_ = State::kConnecting;
}

void CurlStream::GoOnConnecting(std::chrono::nanoseconds wait) {
  const auto most = std::min(wait, kStepPeriod);
  int number = 0;
  curl_multi_perform(multi_.get(), &number);
  curl_multi_poll(
      multi_.get(), nullptr, 0,
      static_cast<int>(
          std::chrono::ceil<std::chrono::milliseconds>(most).count()),
      nullptr);
  curl_multi_perform(multi_.get(), &number);
  while (const CURLMsg* const message =
             curl_multi_info_read(multi_.get(), &number)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (code == CURLE_OK) {
      curl_easy_getinfo(easy_.get(), CURLINFO_ACTIVESOCKET, &fd);
    }
    if (fd != CURL_SOCKET_BAD) {
      fd_ = fd;
      state_ = State::kConnected;
      return;
    }
    error_ = code == CURLE_OK
                 ? "connection lost"
                 : ConnectError(easy_.get(), code, details_.data());
    is_error_final_ = IsCertificateError(code) ||
                      RefusalIn(details_.data()).is_of_certificate;
    Close();
    return;
  }
}

void CurlStream::Close() {
  if (easy_ != nullptr) {
    curl_multi_remove_handle(multi_.get(), easy_.get());
  }
  easy_.reset();
  fd_ = -1;
  state_ = State::kClosed;
}

void CurlStream::Lose() {
  const Refusal refusal = RefusalIn(details_.data());
  error_ = refusal.words.empty() ? "connection lost" : refusal.words;
  is_error_final_ = refusal.is_of_certificate;
}

CurlStream::Result CurlStream::Send(std::string_view bytes,
                                    std::size_t& count) {
  count = 0;
  details_[0] = '\0';
  const CURLcode code =
      curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &count);
  if (code == CURLE_OK) return Result::kDone;
  if (code == CURLE_AGAIN) return Result::kAgain;
  // The receiver may have sent the reason before.
  char byte = 0;
  std::size_t got = 0;
  curl_easy_recv(easy_.get(), &byte, 1, &got);
  Lose();
  return Result::kFailed;
}

CurlStream::Result CurlStream::Receive(char* bytes, std::size_t size,
                                       std::size_t& count) {
  count = 0;
  details_[0] = '\0';
  const CURLcode code = curl_easy_recv(easy_.get(), bytes, size, &count);
  if (code == CURLE_AGAIN) return Result::kAgain;
  if (code == CURLE_OK) return count > 0 ? Result::kDone : Result::kClosed;
  Lose();
  return Result::kFailed;
}

}  // namespace busyhour::internal
