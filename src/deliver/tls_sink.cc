#include "deliver/tls_sink.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "deliver/curl.h"
#include "deliver/unconfirmed.h"
#include "deliver/wait.h"

namespace busyhour {

using std::chrono::nanoseconds;

namespace {

// How often those are looked after that are being connected, or whose bytes
// are to be confirmed: nothing tells.
constexpr nanoseconds kLookPeriod{1'000'000};
// How long a receiver may take to confirm the last bytes.
constexpr int kCloseTimeoutMs = 5000;
// What is read away at a time of a receiver that speaks, in buffers.
constexpr int kMostReads = 16;

}  // namespace

struct TlsSink::Connection {
  CURL* easy = nullptr;  // null when there is none
  int fd = -1;           // once it is connected
  Unconfirmed sent;
  std::size_t unwritten = 0;  // bytes of the last batch
  std::uint64_t written = 0;  // before they were encrypted
  std::array<char, CURL_ERROR_SIZE> details{};

  bool is_connecting() const noexcept { return easy != nullptr && fd < 0; }
  bool has_room() const noexcept { return !is_connecting() && unwritten == 0; }
};

TlsSink::TlsSink(Uri uri, Options options)
    : uri_(std::move(uri)), options_(std::move(options)) {
  for (int i = 0; i < options_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>());
  }
  multi_ = curl_multi_init();
  if (multi_ == nullptr) throw std::bad_alloc();
}

TlsSink::~TlsSink() {
  for (const auto& connection : connections_) Lose(*connection, "", false);
  curl_multi_cleanup(multi_);
}

Status TlsSink::Open() {
  for (const auto& connection : connections_) {
    Connect(*connection);
    while (connection->is_connecting()) {
      curl_multi_poll(multi_, nullptr, 0, 100, nullptr);
      const std::string error = GoOnConnecting();
      if (!error.empty()) {
        return Status::Failed("cannot connect to " + uri_.text + ": " + error);
      }
    }
  }
  return Status::Ok();
}

// Begins to connect; what comes of it, `GoOnConnecting` finds out.
void TlsSink::Connect(Connection& connection) {
  CURL* const easy = NewEasyHandle(options_.ca, options_.connect_timeout);
  connection.easy = easy;
  connection.written = 0;
  const bool is_v6 = uri_.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? '[' + uri_.host + ']' : uri_.host;
  SetOption(easy, CURLOPT_URL,
            ("https://" + host + ':' + std::to_string(uri_.port)).c_str());
  SetOption(easy, CURLOPT_CONNECT_ONLY, 1L);
  SetOption(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
  SetOption(easy, CURLOPT_FRESH_CONNECT, 1L);
  SetOption(easy, CURLOPT_ERRORBUFFER, connection.details.data());
  SetOption(easy, CURLOPT_PRIVATE, &connection);
  curl_multi_add_handle(multi_, easy);
}

std::string TlsSink::GoOnConnecting() {
  int number = 0;
  curl_multi_perform(multi_, &number);
  std::string first_error;
  while (const CURLMsg* const message = curl_multi_info_read(multi_, &number)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;
    Connection* at = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &at);
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (code == CURLE_OK) {
      curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
    }
    if (fd != CURL_SOCKET_BAD) {
      at->fd = fd;
      continue;
    }
    const std::string error =
        code == CURLE_OK ? "connection lost"
                         : ConnectError(easy, code, at->details.data());
    if (first_error.empty()) first_error = error;
    Lose(*at, error, IsCertificateError(code));
  }
  return first_error;
}

bool TlsSink::HasRoom() const noexcept {
  return std::any_of(connections_.begin(), connections_.end(),
                     [](const auto& each) { return each->has_room(); });
}

void TlsSink::Send(Batch& batch) {
  while (!connections_[next_]->has_room()) {
    next_ = (next_ + 1) % connections_.size();
  }
  Connection& connection = *connections_[next_];
  next_ = (next_ + 1) % connections_.size();
  if (connection.easy == nullptr) Connect(connection);
  connection.unwritten = batch.bytes.size();
  connection.sent.Add(batch, connection.written + batch.bytes.size());
  if (connection.fd >= 0) Write(connection);
}

void TlsSink::Write(Connection& connection) {
  while (connection.unwritten > 0) {
    const std::string& bytes = connection.sent.last().batch->bytes;
    std::size_t written = 0;
    const CURLcode code = curl_easy_send(
        connection.easy, bytes.data() + bytes.size() - connection.unwritten,
        connection.unwritten, &written);
    if (code == CURLE_AGAIN) return;
    if (code != CURLE_OK) {
      Lose(connection, CurlWords(code, 0, true), false);
      return;
    }
    connection.unwritten -= written;
    connection.written += written;
  }
}

// A receiver may speak, and is not listened to; when it hangs up, that is a
// lost connection.
void TlsSink::ReadAway(Connection& connection) {
  std::array<char, 4096> bytes;
  for (int i = 0; i < kMostReads; ++i) {
    std::size_t got = 0;
    const CURLcode code =
        curl_easy_recv(connection.easy, bytes.data(), bytes.size(), &got);
    if (code == CURLE_AGAIN) return;
    if (code == CURLE_OK && got > 0) continue;
    TakeConfirmed(connection);
    Lose(connection, "connection lost", false);
    return;
  }
}

// What is on its way is encrypted, and longer than it was: when no more of it
// is on its way than was written after a batch, that batch is not among it.
void TlsSink::TakeConfirmed(Connection& connection) {
  if (connection.sent.empty()) return;
  connection.sent.TakeConfirmed(connection.written,
                                UnconfirmedBytes(connection.fd), ready_);
}

void TlsSink::Lose(Connection& connection, const std::string& error,
                   bool is_final) {
  if (connection.easy != nullptr) {
    curl_multi_remove_handle(multi_, connection.easy);
    curl_easy_cleanup(connection.easy);
  }
  const bool was_connected = connection.fd >= 0;
  connection.easy = nullptr;
  connection.fd = -1;
  for (const Unconfirmed::Entry& sent : connection.sent.TakeAll()) {
    Receipt receipt;
    receipt.batch = sent.batch;
    receipt.kind = is_final ? Receipt::Kind::kRefused : Receipt::Kind::kRetry;
    receipt.is_final = is_final;
    receipt.error = error;
    // A part of the last one may be on its way unbeknown to us.
    receipt.may_have_arrived = was_connected;
    ready_.push_back(std::move(receipt));
  }
  connection.unwritten = 0;
  connection.written = 0;
}

void TlsSink::Poll(nanoseconds wait, std::vector<Receipt>& receipts) {
  std::vector<pollfd> fds;
  std::vector<Connection*> polled;
  bool looks = false;
  for (const auto& each : connections_) {
    looks = looks || each->is_connecting() || !each->sent.empty();
    if (each->fd < 0) continue;
    TakeConfirmed(*each);
    fds.push_back(
        {each->fd,
         static_cast<short>(each->unwritten > 0 ? POLLIN | POLLOUT : POLLIN),
         0});
    polled.push_back(each.get());
  }
  if (!ready_.empty()) wait = nanoseconds(0);
  if (looks) wait = std::min(wait, kLookPeriod);
  if (WaitFor(fds, wait)) {
    for (std::size_t i = 0; i < fds.size(); ++i) {
      Connection& connection = *polled[i];
      if ((fds[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
        ReadAway(connection);
      }
      if (connection.fd >= 0) Write(connection);
    }
  }
  const bool any_connecting =
      std::any_of(connections_.begin(), connections_.end(),
                  [](const auto& each) { return each->is_connecting(); });
  if (any_connecting) {
    GoOnConnecting();
    for (const auto& each : connections_) {
      if (each->fd >= 0) Write(*each);
    }
  }
  for (const auto& each : connections_) {
    if (each->fd >= 0) TakeConfirmed(*each);
  }
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

Status TlsSink::Close() {
  for (const auto& connection : connections_) {
    // All is confirmed when all went well; a receiver that still speaks is not
    // waited for.
    for (int i = 0; connection->fd >= 0 && i < kCloseTimeoutMs; ++i) {
      if (UnconfirmedBytes(connection->fd) <= 0) break;
      SleepFor(kLookPeriod);
    }
    Lose(*connection, "", false);
  }
  ready_.clear();
  return Status::Ok();
}

}  // namespace busyhour
