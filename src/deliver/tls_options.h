#pragma once

#include <cstdint>
#include <string>

namespace busyhour::internal {

/// TLS settings for a receiver. Paths name PEM files.
struct TlsOptions {
  enum class Least : std::uint8_t { kTls12, kTls13 };

  /// Trusted certificates, instead of the system's; may be empty.
  std::string ca;
  /// The client certificate with its intermediate certificates; may be empty.
  std::string cert;
  std::string key;
  /// Password of the key; empty if the key is not encrypted.
  std::string key_password;
  /// The name that is requested (SNI) and verified; empty for the address's
  /// host.
  std::string server_name;
  Least least = Least::kTls12;
};

}  // namespace busyhour::internal
