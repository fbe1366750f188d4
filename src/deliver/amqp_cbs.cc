#include "deliver/amqp_cbs.h"

#include <proton/connection.h>
#include <proton/delivery.h>
#include <proton/link.h>
#include <proton/message.h>
#include <proton/session.h>
#include <proton/terminus.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "deliver/wait.h"

namespace busyhour::internal {
namespace {

constexpr char kAddress[] = "$cbs";
// The name of the link on which the answers arrive.
constexpr char kReplyTo[] = "busyhour-cbs";
constexpr char kTokenType[] = "servicebus.windows.net:sastoken";
// A token is renewed after this share of its lifetime.
constexpr int kRenewNumerator = 3;
constexpr int kRenewDenominator = 4;
// An answer is much smaller.
constexpr std::size_t kMostAnswerBytes = 64 * 1024;
constexpr std::int64_t kOk = 200;
constexpr std::int64_t kAccepted = 202;
constexpr std::int64_t kFirstServerError = 500;

using Message = std::unique_ptr<pn_message_t, void (*)(pn_message_t*)>;

pn_bytes_t BytesOf(std::string_view text) {
  return pn_bytes(text.size(), text.data());
}

std::string_view TextOf(pn_bytes_t bytes) { return {bytes.start, bytes.size}; }

// The number at the current position, of any integer type; -1 if it is none.
std::int64_t NumberAt(pn_data_t* data) {
  switch (pn_data_type(data)) {
    case PN_INT:
      return pn_data_get_int(data);
    case PN_LONG:
      return pn_data_get_long(data);
    case PN_UINT:
      return pn_data_get_uint(data);
    case PN_SHORT:
      return pn_data_get_short(data);
    case PN_USHORT:
      return pn_data_get_ushort(data);
    default:
      return -1;
  }
}

struct Answer {
  std::int64_t status = -1;
  std::string description;
};

// Reads the properties of an answer.
Answer ReadAnswer(const std::string& bytes) {
  Answer answer;
  const Message message(pn_message(), pn_message_free);
  if (pn_message_decode(message.get(), bytes.data(), bytes.size()) != 0) {
    return answer;
  }
  pn_data_t* const data = pn_message_properties(message.get());
  pn_data_rewind(data);
  if (!pn_data_next(data) || pn_data_type(data) != PN_MAP) return answer;
  pn_data_enter(data);
  while (pn_data_next(data)) {
    std::string name;
    if (pn_data_type(data) == PN_STRING)
      name = TextOf(pn_data_get_string(data));
    if (pn_data_type(data) == PN_SYMBOL)
      name = TextOf(pn_data_get_symbol(data));
    if (!pn_data_next(data)) break;
    if (name == "status-code") {
      answer.status = NumberAt(data);
    } else if (name == "status-description" &&
               pn_data_type(data) == PN_STRING) {
      answer.description = TextOf(pn_data_get_string(data));
    }
  }
  return answer;
}

}  // namespace

void AmqpCbs::Open(pn_session_t* session) {
  receiver_ = pn_receiver(session, kReplyTo);
  pn_terminus_set_address(pn_link_source(receiver_), kAddress);
  pn_terminus_set_address(pn_link_target(receiver_), kReplyTo);
  pn_link_open(receiver_);
  sender_ = pn_sender(session, "busyhour-cbs-requests");
  pn_terminus_set_address(pn_link_source(sender_), kReplyTo);
  pn_terminus_set_address(pn_link_target(sender_), kAddress);
  pn_link_open(sender_);
  must_put_ = true;
}

void AmqpCbs::TakeProgress() {
  const bool are_open = (pn_link_state(sender_) & PN_REMOTE_ACTIVE) != 0 &&
                        (pn_link_state(receiver_) & PN_REMOTE_ACTIVE) != 0;
  if (must_put_ && are_open && pn_link_credit(sender_) > 0) PutToken();
}

void AmqpCbs::PutToken() {
  must_put_ = false;
  asked_at_ = SteadyNow();
  token_ = options_.key ? SasTokenFromNow(*options_.key, options_.resource,
                                          options_.lifetime)
                        : options_.token;
  const Message message(pn_message(), pn_message_free);
  pn_message_set_address(message.get(), kAddress);
  pn_message_set_reply_to(message.get(), kReplyTo);
  const std::string id = std::to_string(++requests_);
  pn_data_put_string(pn_message_id(message.get()), BytesOf(id));
  pn_data_t* const properties = pn_message_properties(message.get());
  pn_data_put_map(properties);
  pn_data_enter(properties);
  const auto put = [&](std::string_view name, std::string_view value) {
    pn_data_put_string(properties, BytesOf(name));
    pn_data_put_string(properties, BytesOf(value));
  };
  put("operation", "put-token");
  put("type", kTokenType);
  put("name", options_.resource);
  pn_data_exit(properties);
  pn_data_put_string(pn_message_body(message.get()), BytesOf(token_));
  // Sent as settled: the answer is a message.
  pn_delivery_t* const delivery =
      pn_delivery(sender_, pn_dtag(id.data(), id.size()));
  pn_rwbytes_t buffer{0, nullptr};
  const ssize_t size = pn_message_encode2(message.get(), &buffer);
  if (size > 0) {
    pn_link_send(sender_, buffer.start, static_cast<std::size_t>(size));
  }
  std::free(buffer.start);
  pn_link_advance(sender_);
  pn_delivery_settle(delivery);
  pn_link_flow(receiver_, 1);
}

std::optional<AmqpFailure> AmqpCbs::Take(pn_delivery_t* delivery) {
  if (pn_delivery_link(delivery) != receiver_) return std::nullopt;
  const std::size_t size = pn_delivery_pending(delivery);
  if (asked_at_.count() == 0 || size > kMostAnswerBytes) {
    return AmqpFailure{.error = "the receiver breaks the protocol",
                       .answer = "an unexpected message from $cbs"};
  }
  if (pn_delivery_partial(delivery)) return std::nullopt;
  std::string bytes(size, '\0');
  pn_link_recv(receiver_, bytes.data(), bytes.size());
  pn_link_advance(receiver_);
  pn_delivery_update(delivery, PN_ACCEPTED);
  pn_delivery_settle(delivery);
  const Answer answer = ReadAnswer(bytes);
  if (answer.status == kOk || answer.status == kAccepted) {
    is_granted_ = true;
    // A token that cannot be made again is used until the receiver ends it.
    renew_at_ = options_.key ? asked_at_ + options_.lifetime * kRenewNumerator /
                                               kRenewDenominator
                             : std::chrono::nanoseconds::max();
    asked_at_ = std::chrono::nanoseconds(0);
    return std::nullopt;
  }
  AmqpFailure failure{.error = "the access token is not accepted",
                      .answer = answer.description};
  if (answer.status >= 0) {
    failure.error += ": " + std::to_string(answer.status);
    failure.is_final = answer.status < kFirstServerError;
  }
  return failure;
}

void AmqpCbs::Renew() {
  if (!is_granted_ || asked_at_.count() > 0 || SteadyNow() < renew_at_) return;
  must_put_ = true;
  TakeProgress();
}

}  // namespace busyhour::internal
