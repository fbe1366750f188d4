#pragma once

#include <cstdint>
#include <string>

namespace busyhour {

/// How a receiver is spoken to over TLS. Paths are those of PEM files.
struct TlsOptions {
  enum class Least : std::uint8_t { kTls12, kTls13 };

  /// Certificates that are trusted instead of the system's; may be empty.
  std::string ca;
  /// Ours, with those that lead to its issuer; empty for none.
  std::string cert;
  std::string key;
  /// Of the key; empty when it is not encrypted.
  std::string key_password;
  /// The name that is asked for (SNI) and verified; empty for the address's.
  std::string server_name;
  Least least = Least::kTls12;
};

}  // namespace busyhour
