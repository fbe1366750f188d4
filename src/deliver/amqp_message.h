#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// Appends everything of an AMQP 1.0 message that precedes the bytes of its
/// body, which is one data section of `body_bytes`. A partition key adds a
/// header (durable) and the annotation `x-opt-partition-key`, as Azure's
/// clients do. `partition_key` has at most `kMostKeyBytes`; empty for none.
void AppendAmqpHead(std::string_view partition_key, std::size_t body_bytes,
                    std::string& out);

/// Maximum length of a partition key in Azure Event Hubs.
inline constexpr std::size_t kMostKeyBytes = 128;
/// Maximum number of bytes that `AppendAmqpHead` appends.
inline constexpr std::size_t kMostAmqpHeadBytes = 192;

}  // namespace busyhour::internal
