#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// A key of a shared access policy, which signs tokens for Azure Event Hubs and
/// Azure Service Bus.
struct SasKey {
  std::string name;
  std::string key;
};

/// The token that grants access to `resource` (`sb://HOST/HUB`) until
/// `expiry_s`, in seconds since 1970:
///
///   SharedAccessSignature sr=...&sig=...&se=1767225600&skn=send
std::string SasTokenFor(const SasKey& key, std::string_view resource,
                        std::int64_t expiry_s);

/// The same, valid from now on for `lifetime`, and for less than
/// a second more.
std::string SasTokenFromNow(const SasKey& key, std::string_view resource,
                            std::chrono::milliseconds lifetime);

}  // namespace busyhour::internal
