#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// An IP address and a port.
struct Address {
  std::string ip = "127.0.0.1";  ///< without brackets
  std::uint16_t port = 0;

  /// `127.0.0.1:8765`, `[::1]:8765`
  std::string Text() const;
  bool is_loopback() const;
  bool operator==(const Address&) const = default;
};

/// Reads `8765`, `0.0.0.0:8765` or `[::1]:8765`; the default is the loopback
/// address.
std::optional<Address> ParseAddress(std::string_view text);

/// Whether a `Host` header names this machine in a way that no web site can: by
/// an IP address, as `localhost`, or by this machine's host name. The name of a
/// web site that resolves to this machine is none of these.
bool IsOwnHost(std::string_view host, std::string_view host_name);

}  // namespace busyhour::internal
