#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

struct pn_delivery_t;

namespace busyhour::internal {

/// Identifies a message without an outcome.
struct AmqpTag {
  std::uint64_t batch = 0;
  std::uint32_t message = 0;
};

/// The outcome of a message.
struct AmqpOutcome {
  enum class Kind : std::uint8_t {
    kAccepted,
    kRejected,
    kReleased,  ///< not processed
    kModified,  ///< not processed, or failed
    kNone,      ///< settled without an outcome
  };
  AmqpTag tag;
  Kind kind = Kind::kAccepted;
  /// Modified: the message must not be sent to this receiver again.
  bool is_undeliverable = false;
  /// Rejected: the condition and its description, as the receiver sent them.
  std::string condition;
  std::string description;
};

/// The tag of a message on the wire.
using AmqpTagBytes =
    std::array<char, sizeof(AmqpTag::batch) + sizeof(AmqpTag::message)>;
AmqpTagBytes BytesOfTag(const AmqpTag& tag) noexcept;

/// The outcome of a message; nothing as long as it has none.
std::optional<AmqpOutcome> ReadOutcome(pn_delivery_t* delivery);

}  // namespace busyhour::internal
