#include "deliver/amqp_outcome.h"

#include <proton/condition.h>
#include <proton/delivery.h>
#include <proton/disposition.h>

#include <cstring>

namespace busyhour::internal {
namespace {

std::string TextOrNothing(const char* text) {
  return text == nullptr ? "" : text;
}

}  // namespace

AmqpTagBytes BytesOfTag(const AmqpTag& tag) noexcept {
  AmqpTagBytes bytes;
  std::memcpy(bytes.data(), &tag.batch, sizeof(tag.batch));
  std::memcpy(bytes.data() + sizeof(tag.batch), &tag.message,
              sizeof(tag.message));
  return bytes;
}

std::optional<AmqpOutcome> ReadOutcome(pn_delivery_t* delivery) {
  AmqpOutcome outcome;
  const pn_delivery_tag_t tag = pn_delivery_tag(delivery);
  if (tag.size != sizeof(AmqpTagBytes)) return std::nullopt;
  std::memcpy(&outcome.tag.batch, tag.start, sizeof(AmqpTag::batch));
  std::memcpy(&outcome.tag.message, tag.start + sizeof(AmqpTag::batch),
              sizeof(AmqpTag::message));
  pn_disposition_t* const remote = pn_delivery_remote(delivery);
  switch (pn_delivery_remote_state(delivery)) {
    case PN_ACCEPTED:
      return outcome;
    case PN_REJECTED: {
      outcome.kind = AmqpOutcome::Kind::kRejected;
      pn_condition_t* const condition = pn_disposition_condition(remote);
      outcome.condition = TextOrNothing(pn_condition_get_name(condition));
      outcome.description =
          TextOrNothing(pn_condition_get_description(condition));
      return outcome;
    }
    case PN_RELEASED:
      outcome.kind = AmqpOutcome::Kind::kReleased;
      return outcome;
    case PN_MODIFIED:
      outcome.kind = AmqpOutcome::Kind::kModified;
      outcome.is_undeliverable = pn_disposition_is_undeliverable(remote);
      return outcome;
    default:
      if (!pn_delivery_settled(delivery)) return std::nullopt;
      outcome.kind = AmqpOutcome::Kind::kNone;
      return outcome;
  }
}

}  // namespace busyhour::internal
