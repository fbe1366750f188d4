#include "deliver/http_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "base/system.h"
#include "deliver/curl.h"
#include "deliver/wait.h"

namespace busyhour::internal {
namespace {

// libcurl copies a body into a buffer, and passes it to the system from there.
// If it fits, the receiver is woken once for it. These are libcurl's limits.
constexpr std::size_t kLeastUploadBytes = 16 * 1024;
constexpr std::size_t kMostUploadBytes = 2 * 1024 * 1024;
constexpr std::size_t kMostHeaderBytes = 64 * 1024;

// A request in flight, or a free slot for one.
struct Exchange {
  EasyHandle easy;
  curl_slist* headers = nullptr;
  std::optional<NamedAddress> address;
  HttpRequest request;
  HttpClient::Reply reply;
  std::size_t header_bytes = 0;  // including interim answers and trailers
  bool is_header_whole = false;  // whether the empty line has arrived
  bool was_sent = false;
  std::array<char, CURL_ERROR_SIZE> details{};
};

// libcurl calls this before it sends a request. When a reused connection
// breaks, libcurl would send the request again by itself, although it may have
// arrived. This function then stops it.
int BeforeSending(void* exchange, char*, char*, int, int) {
  auto& self = *static_cast<Exchange*>(exchange);
  if (self.was_sent) return CURL_PREREQFUNC_ABORT;
  self.was_sent = true;
  return CURL_PREREQFUNC_OK;
}

// Checks the size of the header and whether it is complete. libcurl keeps every
// line, including those of interim answers and trailers, without a limit on
// their number. If a connection ends within a header, libcurl treats this as
// the complete answer.
std::size_t TakeHeader(char* line, std::size_t, std::size_t count,
                       void* exchange) {
  auto& self = *static_cast<Exchange*>(exchange);
  const std::string_view text(line, count);
  if (text.starts_with("HTTP/")) self.is_header_whole = false;
  if (text == "\r\n" || text == "\n") self.is_header_whole = true;
  self.header_bytes += count;
  return self.header_bytes <= kMostHeaderBytes ? count : 0;
}

std::size_t TakeBody(char* bytes, std::size_t, std::size_t count,
                     void* exchange) {
  auto& self = *static_cast<Exchange*>(exchange);
  const std::size_t room = self.request.most_answer - self.reply.body.size();
  self.reply.body.append(bytes, std::min(count, room));
  if (count <= room) return count;
  self.reply.is_cut = true;
  return 0;  // ends the transfer
}

class CurlClient : public HttpClient {
 public:
  explicit CurlClient(Options options);
  ~CurlClient() override;

  Status TryConnecting(const std::string& url,
                       const std::string& shown) override;
  bool HasRoom() const noexcept override { return !idle_.empty(); }
  void Start(HttpRequest request, std::uint64_t tag) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Reply>& replies) override;

 private:
  static int OnSocket(CURL*, curl_socket_t fd, int what, void* self, void*);
  static int OnTimer(CURLM*, long timeout_ms, void* self);

  std::unique_ptr<Exchange> NewExchange() const;
  void TakeReplies(std::vector<Reply>& replies);
  void Finish(Exchange& exchange, CURLcode code) const;

  const Options options_;
  std::vector<std::unique_ptr<Exchange>> idle_;
  std::vector<std::unique_ptr<Exchange>> busy_;
  const std::unique_ptr<Poller> poller_ = NewPoller();
  // When libcurl wants to be called, on the system's steady clock.
  std::optional<std::chrono::nanoseconds> due_;
  MultiHandle multi_;  // the last member: its end calls the functions above
};

CurlClient::CurlClient(Options options) : options_(std::move(options)) {
  for (std::size_t i = 0; i < options_.connections; ++i) {
    idle_.push_back(NewExchange());
  }
  multi_ = NewMultiHandle();
  const auto most = static_cast<long>(options_.connections);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &OnSocket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &OnTimer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, most);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, most);
}

CurlClient::~CurlClient() {
  for (const auto& exchange : busy_) {
    curl_multi_remove_handle(multi_.get(), exchange->easy.get());
  }
  for (const auto* list : {&idle_, &busy_}) {
    for (const auto& exchange : *list) {
      curl_slist_free_all(exchange->headers);
    }
  }
}

std::unique_ptr<Exchange> CurlClient::NewExchange() const {
  auto exchange = std::make_unique<Exchange>();
  exchange->easy = NewEasyHandle(options_.tls, options_.connect_timeout);
  CURL* const easy = exchange->easy.get();
  SetOption(easy, CURLOPT_PRIVATE, exchange.get());
  SetOption(easy, CURLOPT_ERRORBUFFER, exchange->details.data());
  SetOption(easy, CURLOPT_WRITEFUNCTION, &TakeBody);
  SetOption(easy, CURLOPT_WRITEDATA, exchange.get());
  SetOption(easy, CURLOPT_HEADERFUNCTION, &TakeHeader);
  SetOption(easy, CURLOPT_HEADERDATA, exchange.get());
  SetOption(easy, CURLOPT_PREREQFUNCTION, &BeforeSending);
  SetOption(easy, CURLOPT_PREREQDATA, exchange.get());
  SetOption(easy, CURLOPT_TIMEOUT_MS,
            static_cast<long>(options_.timeout.count()));
  SetOption(easy, CURLOPT_HTTP_VERSION,
            static_cast<long>(CURL_HTTP_VERSION_2TLS));
  return exchange;
}

int CurlClient::OnSocket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  // CURL_POLL_REMOVE is another value, not a bit.
  const bool is_removed = what == CURL_POLL_REMOVE;
  const bool reads = !is_removed && (what & CURL_POLL_IN) != 0;
  const bool writes = !is_removed && (what & CURL_POLL_OUT) != 0;
  static_cast<CurlClient*>(self)->poller_->Watch(
      fd, static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)));
  return 0;
}

int CurlClient::OnTimer(CURLM*, long timeout_ms, void* self) {
  auto& due = static_cast<CurlClient*>(self)->due_;
  due.reset();  // never, if the time is negative
  if (timeout_ms >= 0)
    due = SteadyNow() + std::chrono::milliseconds(timeout_ms);
  return 0;
}

void CurlClient::Start(HttpRequest request, std::uint64_t tag) {
  busy_.push_back(std::move(idle_.back()));
  idle_.pop_back();
  Exchange& exchange = *busy_.back();
  exchange.request = std::move(request);
  exchange.reply = {};
  exchange.reply.tag = tag;
  exchange.header_bytes = 0;
  exchange.is_header_whole = false;
  exchange.was_sent = false;
  exchange.details[0] = '\0';
  curl_slist_free_all(exchange.headers);
  exchange.headers = nullptr;
  const auto add = [&exchange](const char* header) {
    curl_slist* const longer = curl_slist_append(exchange.headers, header);
    if (longer == nullptr) throw std::bad_alloc();
    exchange.headers = longer;
  };
  // Disables `Expect: 100-continue`, which asks the receiver before sending the
  // body.
  add("Expect:");
  for (const std::string& header : exchange.request.headers) {
    add(header.c_str());
  }
  CURL* const easy = exchange.easy.get();
  exchange.address.emplace(exchange.request.url, options_.tls.server_name);
  exchange.address->SetFor(easy);
  SetOption(easy, CURLOPT_HTTPHEADER, exchange.headers);
  const bool is_head = exchange.request.method == "HEAD";
  if (exchange.request.method == "GET" || is_head) {
    SetOption(easy, CURLOPT_CUSTOMREQUEST, nullptr);
    SetOption(easy, CURLOPT_NOBODY, is_head ? 1L : 0L);
    if (!is_head) SetOption(easy, CURLOPT_HTTPGET, 1L);
  } else {
    SetOption(easy, CURLOPT_NOBODY, 0L);
    SetOption(easy, CURLOPT_POST, 1L);
    SetOption(easy, CURLOPT_POSTFIELDSIZE_LARGE,
              static_cast<curl_off_t>(exchange.request.body.size()));
    SetOption(
        easy, CURLOPT_UPLOAD_BUFFERSIZE,
        static_cast<long>(std::clamp(exchange.request.body.size(),
                                     kLeastUploadBytes, kMostUploadBytes)));
    SetOption(easy, CURLOPT_POSTFIELDS, exchange.request.body.data());
    SetOption(easy, CURLOPT_CUSTOMREQUEST,
              std::string(exchange.request.method).c_str());
  }
  AddTransfer(multi_.get(), easy);
  int running = 0;
  curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
}

void CurlClient::Poll(std::chrono::nanoseconds wait,
                      std::vector<Reply>& replies) {
  if (busy_.empty()) {
    SleepFor(wait);
    return;
  }
  const std::size_t before = replies.size();
  TakeReplies(replies);
  if (replies.size() > before) wait = std::chrono::nanoseconds(0);
  if (due_) {
    wait = std::clamp<std::chrono::nanoseconds>(
        *due_ - SteadyNow(), std::chrono::nanoseconds(0), wait);
  }
  int running = 0;
  for (const pollfd& file : poller_->Wait(wait)) {
    int what = 0;
    if ((file.revents & POLLIN) != 0) what |= CURL_CSELECT_IN;
    if ((file.revents & POLLOUT) != 0) what |= CURL_CSELECT_OUT;
    if ((file.revents & (POLLERR | POLLHUP)) != 0) what |= CURL_CSELECT_ERR;
    curl_multi_socket_action(multi_.get(), file.fd, what, &running);
  }
  if (due_ && *due_ <= SteadyNow()) {
    due_.reset();
    curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
  }
  TakeReplies(replies);
}

void CurlClient::TakeReplies(std::vector<Reply>& replies) {
  int left = 0;
  while (const CURLMsg* const message =
             curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;
    curl_multi_remove_handle(multi_.get(), easy);
    const auto at = std::find_if(
        busy_.begin(), busy_.end(),
        [easy](const auto& each) { return each->easy.get() == easy; });
    Finish(**at, code);
    replies.push_back(std::move((*at)->reply));
    idle_.push_back(std::move(*at));
    busy_.erase(at);
  }
}

void CurlClient::Finish(Exchange& exchange, CURLcode code) const {
  CURL* const easy = exchange.easy.get();
  Reply& reply = exchange.reply;
  reply.was_sent = exchange.was_sent;
  const bool is_whole = code == CURLE_OK || reply.is_cut;
  if (!is_whole) {
    long system_error = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
    reply.error = exchange.header_bytes > kMostHeaderBytes
                      ? "the answer's header is too long"
                      : CurlWords(code, system_error, exchange.was_sent);
    if (IsCertificateError(code)) reply.details = exchange.details.data();
    reply.is_final = IsCertificateError(code);
    return;
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<int>(status);
  if (status == 0) {
    reply.error = "the answer is not HTTP";
    return;
  }
  if (!exchange.is_header_whole) {
    reply.status = 0;
    reply.error = "connection lost";
    return;
  }
  curl_off_t uploaded = 0;
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
  if (status < 300 &&
      uploaded < static_cast<curl_off_t>(exchange.request.body.size())) {
    // The receiver cannot have accepted a body that was not sent completely.
    reply.status = 0;
    reply.error = "answered before the request was sent";
    return;
  }
  // libcurl also converts a date to seconds.
  curl_off_t retry_after = 0;
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
  constexpr curl_off_t kMostSeconds = 24 * 60 * 60;
  reply.retry_after = std::chrono::seconds(
      std::clamp<curl_off_t>(retry_after, 0, kMostSeconds));
  const char* location = nullptr;
  curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &location);
  if (location != nullptr) reply.location = location;
  for (const std::string& name : options_.kept_headers) {
    curl_header* header = nullptr;
    const bool found = curl_easy_header(easy, name.c_str(), 0, CURLH_HEADER, -1,
                                        &header) == CURLHE_OK;
    reply.headers.emplace_back(found ? header->value : "");
  }
}

Status CurlClient::TryConnecting(const std::string& url,
                                 const std::string& shown) {
  const EasyHandle owner =
      NewEasyHandle(options_.tls, options_.connect_timeout);
  CURL* const easy = owner.get();
  std::array<char, CURL_ERROR_SIZE> details{};
  SetOption(easy, CURLOPT_ERRORBUFFER, details.data());
  const NamedAddress address(url, options_.tls.server_name);
  address.SetFor(easy);
  SetOption(easy, CURLOPT_CONNECT_ONLY, 1L);
  SetOption(easy, CURLOPT_HTTP_VERSION,
            static_cast<long>(CURL_HTTP_VERSION_1_1));
  const CURLcode code = curl_easy_perform(easy);
  if (code == CURLE_OK) {
    const std::string refusal =
        url.starts_with("https:") ? WaitForRefusal(easy, details.data()) : "";
    return refusal.empty()
               ? Status::Ok()
               : Status::Failed("cannot send to " + shown + ": " + refusal);
  }
  return Status::Failed("cannot connect to " + shown + ": " +
                        ConnectError(easy, code, details.data()));
}

}  // namespace

std::unique_ptr<HttpClient> NewHttpClient(HttpClient::Options options) {
  return std::make_unique<CurlClient>(std::move(options));
}

}  // namespace busyhour::internal
