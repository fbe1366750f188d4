#include "encode/call_image.h"

#include <cstring>

#include "encode/put.h"

namespace busyhour::internal {

void CallImage::SetFacts(const CallFacts& facts) noexcept {
  static_assert(sizeof caller_ip >= kMaxIpv4Bytes);
  static_assert(sizeof server_call_tail == sizeof facts.server_call_tail);
  static_assert(kMaxIpv4Bytes < 1 << (16 - kResourceBits));
  caller_ip_bytes = static_cast<std::uint16_t>(
                        PutIpv4(facts.caller_ip, caller_ip) - caller_ip) &
                    ((1 << (16 - kResourceBits)) - 1);
  std::memcpy(server_call_tail, facts.server_call_tail.data(),
              sizeof server_call_tail);
  server_call_tail_bytes = facts.server_call_tail_bytes;
  PutGuid(facts.connection, connection);
}

void CallImage::SetCorrelation(std::uint8_t epoch, const Guid& id) noexcept {
  correlation_epoch = epoch;
  PutGuid(id, correlation);
}

}  // namespace busyhour::internal
