#include "deliver/amqp_link.h"

#include <proton/connection.h>
#include <proton/connection_driver.h>
#include <proton/delivery.h>
#include <proton/event.h>
#include <proton/link.h>
#include <proton/sasl.h>
#include <proton/session.h>
#include <proton/terminus.h>
#include <proton/transport.h>

#include <algorithm>
#include <utility>

#include "deliver/http_reply.h"
#include "deliver/wait.h"

namespace busyhour::internal {
namespace {

using std::chrono::nanoseconds;

// Limits on what a receiver can make the library store.
constexpr std::uint32_t kMostFrameBytes = 64 * 1024;
constexpr std::size_t kMostIncomingBytes = 256 * 1024;
// Messages that are not written yet.
constexpr std::size_t kMostOutgoingBytes = 1 << 20;
constexpr std::size_t kReadBytes = 16 * 1024;
// Number of reads before events are handled.
constexpr int kMostReads = 16;
constexpr nanoseconds kCloseWait{1'000'000'000};

std::int64_t MillisecondsNow() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow())
      .count();
}

std::string Text(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

struct AmqpLink::Driver {
  Driver() { pn_connection_driver_init(&driver, nullptr, nullptr); }
  ~Driver() { pn_connection_driver_destroy(&driver); }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  pn_connection_driver_t driver{};
  pn_session_t* session = nullptr;
  pn_link_t* sender = nullptr;
};

AmqpLink::AmqpLink(Options options)
    : options_(std::move(options)),
      stream_(options_.stream),
      secrets_(options_.secrets) {}

AmqpLink::~AmqpLink() = default;

void AmqpLink::Connect() {
  Drop();
  failure_.reset();
  was_connected_ = false;
  open_by_ = SteadyNow() + options_.open_timeout;
  state_ = State::kConnecting;
  stream_.Connect();
}

// Begins to speak AMQP.
void AmqpLink::Start() {
  driver_ = std::make_unique<Driver>();
  pn_connection_t* const connection = driver_->driver.connection;
  pn_transport_t* const transport = driver_->driver.transport;
  pn_connection_set_container(connection, "busyhour");
  pn_connection_set_hostname(connection,
                             options_.stream.tls.server_name.empty()
                                 ? options_.stream.host.c_str()
                                 : options_.stream.tls.server_name.c_str());
  if (!options_.user.empty()) {
    pn_connection_set_user(connection, options_.user.c_str());
    pn_connection_set_password(connection, options_.password.c_str());
  }
  pn_transport_set_max_frame(transport, kMostFrameBytes);
  pn_transport_set_channel_max(transport, 0);
  pn_transport_set_idle_timeout(
      transport, static_cast<pn_millis_t>(options_.idle_timeout.count()));
  pn_sasl_t* const sasl = pn_sasl(transport);
  pn_sasl_allowed_mechs(sasl, options_.user.empty() ? "ANONYMOUS" : "PLAIN");
  // The library does not know that the stream may be encrypted.
  pn_sasl_set_allow_insecure_mechs(sasl, true);
  pn_connection_driver_bind(&driver_->driver);
  pn_connection_open(connection);
  driver_->session = pn_session(connection);
  pn_session_set_incoming_capacity(driver_->session, kMostIncomingBytes);
  pn_session_open(driver_->session);
  cbs_.reset();
  known_tokens_ = 0;
  if (options_.cbs) {
    cbs_.emplace(*options_.cbs);
    cbs_->Open(driver_->session);
  } else {
    OpenLink();
  }
  state_ = State::kOpening;
  was_connected_ = true;
  is_full_ = false;
}

void AmqpLink::OpenLink() {
  driver_->sender = pn_sender(driver_->session, "busyhour");
  pn_terminus_set_address(pn_link_source(driver_->sender), "busyhour");
  pn_terminus_set_address(pn_link_target(driver_->sender),
                          options_.address.c_str());
  pn_link_set_snd_settle_mode(driver_->sender, PN_SND_UNSETTLED);
  pn_link_set_rcv_settle_mode(driver_->sender, PN_RCV_FIRST);
  pn_link_open(driver_->sender);
}

bool AmqpLink::HasRoom() const noexcept {
  return is_ready() && pn_link_credit(driver_->sender) > 0 &&
         pn_session_outgoing_bytes(driver_->session) < kMostOutgoingBytes;
}

bool AmqpLink::lacks_credit() const noexcept {
  return is_ready() && pn_link_credit(driver_->sender) <= 0;
}

std::uint64_t AmqpLink::max_message_bytes() const noexcept {
  return is_ready() ? pn_link_remote_max_message_size(driver_->sender) : 0;
}

void AmqpLink::Send(AmqpTag tag, std::string_view head, std::string_view body) {
  const AmqpTagBytes bytes = BytesOfTag(tag);
  pn_delivery(driver_->sender, pn_dtag(bytes.data(), bytes.size()));
  pn_link_send(driver_->sender, head.data(), head.size());
  pn_link_send(driver_->sender, body.data(), body.size());
  pn_link_advance(driver_->sender);
}

void AmqpLink::Poll(nanoseconds wait, std::vector<AmqpOutcome>& outcomes) {
  if (state_ == State::kClosed) {
    if (!failure_) SleepFor(wait);
    return;
  }
  if (state_ == State::kConnecting) {
    stream_.GoOnConnecting(wait);
    if (stream_.state() == CurlStream::State::kClosed) {
      Fail({.error = stream_.error(), .is_final = stream_.is_error_final()});
    } else if (stream_.state() == CurlStream::State::kConnected) {
      Start();
    } else {
      CheckTimes();
    }
    return;
  }
  HandleEvents(outcomes);
  if (is_closed()) return;
  const bool had_room = HasRoom();
  is_full_ = Write();
  if (is_closed()) return;
  if (!outcomes.empty() || (!had_room && HasRoom())) wait = nanoseconds(0);
  pollfd one{stream_.fd(),
             static_cast<short>(is_full_ ? POLLIN | POLLOUT : POLLIN), 0};
  // Encrypted data may have been read already.
  if (!Read() && !is_closed()) {
    WaitFor(one, std::min(wait, Tick()));
    Read();
  }
  if (is_closed()) return;
  HandleEvents(outcomes);
  if (!is_closed()) is_full_ = Write();
  if (!is_closed()) CheckTimes();
}

void AmqpLink::CheckTimes() {
  const nanoseconds now = SteadyNow();
  if (!is_ready() && now >= open_by_) {
    Fail({.error = state_ == State::kConnecting
                       ? "connection timed out"
                       : "the receiver did not open the link in time"});
    return;
  }
  if (state_ == State::kConnecting) return;
  Tick();
  if (!cbs_) return;
  cbs_->Renew();
  if (cbs_->asked_at().count() > 0 &&
      now - cbs_->asked_at() > options_.open_timeout) {
    Fail({.error = "no answer from $cbs in time"});
  }
}

nanoseconds AmqpLink::Tick() {
  const std::int64_t now = MillisecondsNow();
  const std::int64_t next = pn_transport_tick(driver_->driver.transport, now);
  if (next <= 0) return nanoseconds::max();
  return std::chrono::milliseconds(std::max<std::int64_t>(next - now, 0));
}

bool AmqpLink::Write() {
  for (;;) {
    const pn_bytes_t bytes =
        pn_connection_driver_write_buffer(&driver_->driver);
    if (bytes.size == 0) return false;
    std::size_t count = 0;
    switch (stream_.Send({bytes.start, bytes.size}, count)) {
      case CurlStream::Result::kDone:
        pn_connection_driver_write_done(&driver_->driver, count);
        break;
      case CurlStream::Result::kAgain:
        return true;
      default:
        Fail({.error = stream_.error(), .is_final = stream_.is_error_final()});
        return false;
    }
  }
}

bool AmqpLink::Read() {
  bool any = false;
  for (int i = 0; i < kMostReads; ++i) {
    const pn_rwbytes_t room =
        pn_connection_driver_read_buffer_sized(&driver_->driver, kReadBytes);
    if (room.size == 0) return any;
    std::size_t count = 0;
    const CurlStream::Result result =
        stream_.Receive(room.start, room.size, count);
    if (result == CurlStream::Result::kAgain) return any;
    if (result == CurlStream::Result::kDone) {
      any = true;
      pn_connection_driver_read_done(&driver_->driver, count);
      if (pn_connection_driver_has_event(&driver_->driver)) return true;
      continue;
    }
    Fail({.error = result == CurlStream::Result::kClosed ? "connection lost"
                                                         : stream_.error(),
          .is_final = stream_.is_error_final()});
    return true;
  }
  return any;
}

std::string AmqpLink::Shown(std::string_view words) {
  // A receiver may repeat the token, whose signature is a secret.
  if (cbs_ && cbs_->requests() != known_tokens_) {
    known_tokens_ = cbs_->requests();
    secrets_ = options_.secrets;
    secrets_.Add(cbs_->token());
  }
  return ShownWords(words, secrets_);
}

AmqpFailure AmqpLink::FailureOf(void* condition, std::string fallback) {
  auto* const given = static_cast<pn_condition_t*>(condition);
  AmqpFailure failure{.error = std::move(fallback)};
  if (given == nullptr || !pn_condition_is_set(given)) return failure;
  const std::string name = Text(pn_condition_get_name(given));
  failure.is_final = EndsForGood(name);
  failure.error += ": " + Shown(name);
  failure.answer = Shown(Text(pn_condition_get_description(given)));
  if (MeaningOfRejection(name) == AmqpMeaning::kBusy) {
    failure.retry_after = kBusyDelay;
  }
  return failure;
}

void AmqpLink::HandleEvents(std::vector<AmqpOutcome>& outcomes) {
  while (!is_closed()) {
    pn_event_t* const event = pn_connection_driver_next_event(&driver_->driver);
    if (event == nullptr) return;
    Handle(event, outcomes);
  }
}

void AmqpLink::Handle(pn_event_t* event, std::vector<AmqpOutcome>& outcomes) {
  switch (pn_event_type(event)) {
    case PN_LINK_REMOTE_OPEN:
      HandleOpened(pn_event_link(event));
      return;
    case PN_LINK_FLOW:
      if (cbs_ && cbs_->Owns(pn_event_link(event))) {
        cbs_->TakeProgress();
      } else if (pn_link_is_sender(pn_event_link(event))) {
        // A receiver that takes its credit back is told that nothing waits.
        pn_link_drained(pn_event_link(event));
      }
      return;
    case PN_DELIVERY: {
      pn_delivery_t* const delivery = pn_event_delivery(event);
      if (!cbs_ || !cbs_->Owns(pn_delivery_link(delivery))) {
        TakeOutcome(delivery, outcomes);
      } else if (auto failure = cbs_->Take(delivery)) {
        failure->answer = Shown(failure->answer);
        Fail(std::move(*failure));
      } else if (cbs_->is_granted() && driver_->sender == nullptr) {
        OpenLink();
      }
      return;
    }
    case PN_SESSION_REMOTE_OPEN:
      if (pn_event_session(event) != driver_->session) {
        Fail({.error = "the receiver breaks the protocol",
              .answer = "it opens a session"});
      }
      return;
    case PN_LINK_REMOTE_CLOSE:
    case PN_LINK_REMOTE_DETACH:
      Fail(FailureOf(pn_link_remote_condition(pn_event_link(event)),
                     "the receiver closed the link"));
      return;
    case PN_SESSION_REMOTE_CLOSE:
      Fail(FailureOf(pn_session_remote_condition(pn_event_session(event)),
                     "the receiver closed the session"));
      return;
    case PN_CONNECTION_REMOTE_CLOSE:
      Fail(FailureOf(pn_connection_remote_condition(pn_event_connection(event)),
                     "the receiver closed the connection"));
      return;
    case PN_TRANSPORT_ERROR:
      Fail(FailureOf(pn_transport_condition(driver_->driver.transport),
                     "the connection failed"));
      return;
    default:
      return;
  }
}

void AmqpLink::HandleOpened(pn_link_t* link) {
  if (cbs_ && cbs_->Owns(link)) {
    cbs_->TakeProgress();
    return;
  }
  if (link != driver_->sender) {
    Fail({.error = "the receiver breaks the protocol",
          .answer = "it opens a link"});
    return;
  }
  // A receiver that refuses a link opens it without a target, and closes it
  // with the reason.
  if (pn_terminus_get_type(pn_link_remote_target(link)) != PN_UNSPECIFIED) {
    state_ = State::kReady;
  }
}

void AmqpLink::TakeOutcome(pn_delivery_t* delivery,
                           std::vector<AmqpOutcome>& outcomes) {
  auto outcome = ReadOutcome(delivery);
  if (!outcome) return;
  outcome->condition = Shown(outcome->condition);
  outcome->description = Shown(outcome->description);
  pn_delivery_settle(delivery);
  outcomes.push_back(std::move(*outcome));
}

std::optional<AmqpFailure> AmqpLink::TakeFailure() {
  return std::exchange(failure_, std::nullopt);
}

void AmqpLink::Fail(AmqpFailure failure) {
  failure.was_connected = was_connected_;
  failure_ = std::move(failure);
  Drop();
}

void AmqpLink::Drop() {
  state_ = State::kClosed;
  cbs_.reset();
  // The driver is kept while one of its events may be in use.
  if (driver_) pn_connection_driver_close(&driver_->driver);
  stream_.Close();
}

void AmqpLink::Close() {
  if (state_ == State::kOpening || state_ == State::kReady) {
    pn_connection_close(driver_->driver.connection);
    const nanoseconds end = SteadyNow() + kCloseWait;
    std::vector<AmqpOutcome> outcomes;
    while (!is_closed() && SteadyNow() < end) {
      Poll(std::min<nanoseconds>(end - SteadyNow(), kCloseWait), outcomes);
      outcomes.clear();
    }
  }
  Drop();
  failure_.reset();
}

}  // namespace busyhour::internal
