#include "deliver/tls_sink.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <optional>
#include <utility>

#include "base/system.h"
#include "deliver/curl.h"
#include "deliver/stream_ledger.h"
#include "deliver/tls_connection.h"
#include "deliver/wait.h"

namespace busyhour::internal {

using std::chrono::nanoseconds;

namespace {

// Polling period for connections in setup and for confirmed bytes: there is no
// event for these.
constexpr nanoseconds kLookPeriod{1'000'000};
// TLS decrypts this much at a time. A receiver that closes may have read only a
// part of it, which the system cannot detect.
constexpr std::uint64_t kMostRecordBytes = 16 << 10;
constexpr char kLost[] = "connection lost";

}  // namespace

TlsSink::TlsSink(Uri uri, Options options)
    : uri_(std::move(uri)), options_(std::move(options)) {
  for (int i = 0; i < options_.connections; ++i) {
    connections_.push_back(NewConnection());
  }
  multi_ = NewMultiHandle();
}

TlsSink::~TlsSink() { static_cast<void>(TlsSink::Close()); }

std::unique_ptr<TlsConnection> TlsSink::NewConnection() const {
  return std::make_unique<TlsConnection>(
      StreamLedger::kMostHeld / static_cast<std::size_t>(options_.connections));
}

Status TlsSink::Open() {
  for (const auto& connection : connections_) {
    Connect(*connection);
    while (connection->is_connecting()) {
      curl_multi_poll(multi_.get(), nullptr, 0, 100, nullptr);
      const std::string error = GoOnConnecting();
      if (!error.empty()) {
        return Status::Failed("cannot connect to " + uri_.text + ": " + error);
      }
    }
    if (connection != connections_.front()) continue;
    const std::string refusal =
        WaitForRefusal(connection->easy.get(), connection->details.data());
    if (!refusal.empty()) {
      return Status::Failed("cannot send to " + uri_.text + ": " + refusal);
    }
  }
  return Status::Ok();
}

// Starts to connect; `GoOnConnecting` determines the result.
void TlsSink::Connect(TlsConnection& connection) {
  connection.easy = NewEasyHandle(options_.tls, options_.connect_timeout);
  CURL* const easy = connection.easy.get();
  connection.written = 0;
  const bool is_v6 = uri_.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? '[' + uri_.host + ']' : uri_.host;
  connection.address.emplace(
      "https://" + host + ':' + std::to_string(uri_.port),
      options_.tls.server_name);
  connection.address->SetFor(easy);
  SetOption(easy, CURLOPT_CONNECT_ONLY, 1L);
  SetOption(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
  SetOption(easy, CURLOPT_FRESH_CONNECT, 1L);
  SetOption(easy, CURLOPT_ERRORBUFFER, connection.details.data());
  SetOption(easy, CURLOPT_PRIVATE, &connection);
  AddTransfer(multi_.get(), easy);
}

std::string TlsSink::GoOnConnecting() {
  int number = 0;
  curl_multi_perform(multi_.get(), &number);
  std::string first_error;
  while (const CURLMsg* const message =
             curl_multi_info_read(multi_.get(), &number)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;
    TlsConnection* at = nullptr;
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
    const bool is_final = IsCertificateError(code) ||
                          RefusalIn(at->details.data()).is_of_certificate;
    if (first_error.empty()) first_error = error;
    FailConnection(*at, error, is_final);
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
  const std::size_t at = next_;
  next_ = (next_ + 1) % connections_.size();
  // Data sent to a closed receiver is lost and answered with a reset, which
  // hides whether it had read the earlier data.
  if (connections_[at]->fd >= 0 && Shows(connections_[at]->fd, kEndOfInput)) {
    DiscardInput(at);
  }
  TlsConnection& connection = *connections_[at];
  if (connection.easy == nullptr) Connect(connection);
  connection.unwritten = batch.bytes.size();
  connection.ledger.Add(batch, connection.written + batch.bytes.size());
  if (connection.fd >= 0) Write(connection);
}

void TlsSink::Write(TlsConnection& connection) {
  while (connection.unwritten > 0) {
    const std::string& bytes = connection.ledger.last().bytes;
    std::size_t written = 0;
    const CURLcode code =
        curl_easy_send(connection.easy.get(),
                       bytes.data() + bytes.size() - connection.unwritten,
                       connection.unwritten, &written);
    if (code == CURLE_AGAIN) return;
    if (code != CURLE_OK) {
      // The receiver may have sent the reason before.
      static_cast<void>(connection.DropInput());
      LoseRefused(connection);
      return;
    }
    connection.unwritten -= written;
    connection.written += written;
  }
}

void TlsSink::DiscardInput(std::size_t number) {
  TlsConnection& connection = *connections_[number];
  switch (connection.DropInput()) {
    case TlsReading::kNothing:
      return;
    case TlsReading::kEnd:
      TakeConfirmed(connection);
      connection.ledger.LoseSent(kLost, connection.unwritten, ready_);
      TakeEnd(connection);
      Retire(number);
      return;
    case TlsReading::kCut:
      connection.details[0] = '\0';
      [[fallthrough]];
    case TlsReading::kBroken:
      LoseRefused(connection);
      return;
  }
}

// Encryption makes the data longer. A batch is confirmed if the unconfirmed
// bytes are no more than the bytes written after it.
void TlsSink::TakeConfirmed(TlsConnection& connection) {
  if (!connection.ledger.has_sent()) return;
  const std::optional<std::uint64_t> confirmed =
      ConfirmedBytes(connection.fd, connection.written);
  if (Shows(connection.fd, POLLERR)) return;
  if (confirmed) {
    connection.ledger.Confirm(*confirmed, ready_);
  } else {
    connection.ledger.HandOver(connection.written, ready_);
  }
}

void TlsSink::LoseRefused(TlsConnection& connection) {
  const Refusal refusal = RefusalIn(connection.details.data());
  if (refusal.words.empty()) {
    FailConnection(connection, kLost, false);
  } else {
    FailConnection(connection, refusal.words, refusal.is_of_certificate);
  }
}

void TlsSink::FailConnection(TlsConnection& connection,
                             const std::string& error, bool is_final) {
  const bool was_connected = connection.fd >= 0;
  if (was_connected) ++lost_connections_;
  Disconnect(connection);
  const std::size_t before = ready_.size();
  connection.ledger.LoseHeld(error == kLost ? StreamLedger::kUnread : error,
                             ready_);
  connection.ledger.LoseSent(error, connection.unwritten, ready_);
  for (std::size_t i = before; i < ready_.size(); ++i) {
    Receipt& receipt = ready_[i];
    // An unknown part of the last batch may be in flight.
    receipt.may_have_arrived = was_connected;
    receipt.was_connection_lost = was_connected;
    if (is_final) receipt.kind = Receipt::Kind::kRefused;
    receipt.is_final = is_final;
  }
  connection.unwritten = 0;
  connection.written = 0;
}

void TlsSink::Disconnect(TlsConnection& connection) {
  if (connection.easy == nullptr) return;
  curl_multi_remove_handle(multi_.get(), connection.easy.get());
  connection.easy.reset();
  connection.fd = -1;
}

void TlsSink::Retire(std::size_t number) {
  endings_.push_back(std::move(connections_[number]));
  connections_[number] = NewConnection();
}

void TlsSink::TakeEnd(TlsConnection& connection) {
  ++lost_connections_;
  connection.ledger.LoseLast(kMostRecordBytes, StreamLedger::kUnread, ready_);
  connection.ended_by = EndedBy::kReceiver;
  connection.LookForFin();
}

bool TlsSink::GoOnEnding(TlsConnection& connection) {
  const bool has_ended = connection.ended_by == EndedBy::kReceiver;
  const bool is_over = SteadyNow() >= connection.until;
  const bool is_broken = connection.is_broken || Shows(connection.fd, POLLERR);
  const TlsReading got = is_broken   ? TlsReading::kBroken
                         : has_ended ? TlsReading::kNothing
                                     : connection.DropInput();
  // Closing without close_notify is only acceptable after our own close_notify.
  const bool is_cut =
      got == TlsReading::kCut && connection.ended_by == EndedBy::kNobody;
  if (got == TlsReading::kBroken || is_cut) {
    if (!has_ended) ++lost_connections_;
    const std::string refusal = RefusalIn(connection.details.data()).words;
    connection.ledger.LoseHeld(
        refusal.empty() ? StreamLedger::kUnread : refusal, ready_);
  } else if (got != TlsReading::kNothing &&
             connection.ended_by == EndedBy::kNobody) {
    TakeEnd(connection);
    return true;
  } else if (got == TlsReading::kEnd && !connection.has_answered) {
    // TLS answers with close_notify even if the receiver has unread data. Only
    // the system shows that, when the receiver closes.
    connection.has_answered = true;
    connection.until = SteadyNow() + kOurEndWait;
    return true;
  } else if (has_ended && !connection.has_fin) {
    // A close_notify does not show what the receiver has read.
    connection.LookForFin();
    return true;
  } else if (got == TlsReading::kCut ||
             (has_ended && is_over && kKnowsUnconfirmed)) {
    connection.ledger.Settle(Certainty::kRead, ready_);
  } else if ((connection.has_answered || has_ended) && is_over) {
    connection.ledger.Settle(connection.ledger.of_held(), ready_);
  } else {
    if (connection.ended_by == EndedBy::kNobody && is_over) {
      EndWriting(connection.easy.get());
      connection.ended_by = EndedBy::kUs;
    }
    return true;
  }
  Disconnect(connection);
  return false;
}

void TlsSink::Poll(nanoseconds wait, std::vector<Receipt>& receipts) {
  std::vector<pollfd> fds;
  std::vector<std::size_t> polled;
  bool looks = false;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    TlsConnection& each = *connections_[i];
    looks = looks || each.is_connecting() || each.ledger.has_sent();
    if (each.fd < 0) continue;
    TakeConfirmed(each);
    fds.push_back(
        {each.fd,
         static_cast<short>(each.unwritten > 0 ? POLLIN | POLLOUT : POLLIN),
         0});
    polled.push_back(i);
  }
  for (const auto& each : endings_) {
    fds.push_back({each->fd, each->EventsOfEnding(), 0});
    if (each->HasTimeLimit()) {
      wait = std::clamp<nanoseconds>(each->until - SteadyNow(), nanoseconds(0),
                                     wait);
    }
  }
  if (!ready_.empty()) wait = nanoseconds(0);
  if (looks) wait = std::min(wait, kLookPeriod);
  if (WaitFor(fds, wait)) {
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if ((fds[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
        DiscardInput(polled[i]);
      }
      TlsConnection& connection = *connections_[polled[i]];
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
  std::erase_if(endings_,
                [this](const auto& each) { return !GoOnEnding(*each); });
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

void TlsSink::EndSending() {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    TlsConnection& connection = *connections_[i];
    if (connection.fd < 0 || connection.ledger.has_sent()) continue;
    connection.until = SteadyNow() + kOurEndWait;
    Retire(i);
  }
}

// The system continues to send remaining data.
Status TlsSink::Close() {
  for (const auto& connection : connections_) Disconnect(*connection);
  for (const auto& connection : endings_) Disconnect(*connection);
  endings_.clear();
  ready_.clear();
  return Status::Ok();
}

}  // namespace busyhour::internal
